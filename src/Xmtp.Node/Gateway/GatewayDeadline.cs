using System.Globalization;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Gateway;

/// <summary>The end of a caller's patience: a <c>Grpc-Timeout</c> header such as <c>500m</c> or <c>30S</c>.</summary>
internal sealed class GatewayDeadline : IDisposable
{
    private const string Header = "Grpc-Timeout";

    private readonly CancellationTokenSource? _timeout;
    private readonly CancellationTokenSource? _linked;
    private readonly CancellationToken _clientGone;

    private GatewayDeadline(TimeSpan? timeout, TimeProvider time, CancellationToken clientGone)
    {
        _clientGone = clientGone;
        if (timeout is not { } span) return;
        At = time.GetUtcNow().UtcDateTime + span;
        _timeout = new CancellationTokenSource(span, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(clientGone, _timeout.Token);
    }

    /// <summary>Cancelled at the deadline, or when the client goes away.</summary>
    public CancellationToken Token => _linked?.Token ?? _clientGone;

    /// <summary>When it is, by the node's clock; null for a caller that set none.</summary>
    public DateTime? At { get; }

    /// <summary>Whether the time is over.</summary>
    public bool IsOver => _timeout is { IsCancellationRequested: true };

    /// <summary>Starts the clock.</summary>
    /// <exception cref="XmtpException">The header is not a time.</exception>
    public static GatewayDeadline Of(HttpContext context, TimeProvider time)
    {
        var text = context.Request.Headers[Header].ToString();
        if (text.Length == 0) return new GatewayDeadline(null, time, context.RequestAborted);
        var deadline = new GatewayDeadline(Parse(text), time, context.RequestAborted);
        context.Features.Set(deadline);
        return deadline;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _linked?.Dispose();
        _timeout?.Dispose();
    }

    // At most eight digits and a unit, as gRPC has it; what is longer than any timer runs is no deadline at all.
    private static TimeSpan? Parse(string text)
    {
        var ticksPerUnit = text[^1] switch
        {
            'H' => TimeSpan.TicksPerHour,
            'M' => TimeSpan.TicksPerMinute,
            'S' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'u' => TimeSpan.TicksPerMicrosecond,
            'n' => 0L,
            _ => -1L,
        };
        if (ticksPerUnit < 0 || text.Length > 9 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            throw new XmtpException(ErrorCatalogue.MalformedRequest, "grpc-timeout must be up to eight digits and one of the units H, M, S, m, u, n");
        var ticks = text[^1] == 'n' ? count / TimeSpan.NanosecondsPerTick : count * ticksPerUnit;
        return ticks > TimeSpan.TicksPerDay * 40 ? null : TimeSpan.FromTicks(ticks);
    }
}
