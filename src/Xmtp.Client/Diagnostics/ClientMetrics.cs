using System.Diagnostics.Metrics;
using Xmtp.Client.Messages;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Diagnostics;

/// <summary>
/// What the client measures. Tags have few values and say nothing of anybody: no topic, address, key or content type. While
/// nobody listens a measurement costs a look at a field.
/// </summary>
internal sealed class ClientMetrics
{
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    };

    private static readonly string[] Reasons = Enum.GetNames<DropReason>();

    private readonly Counter<long> _published;
    private readonly Counter<long> _publishFailures;
    private readonly Histogram<double> _publishDuration;
    private readonly Histogram<double> _queryDuration;
    private readonly Counter<long> _retries;
    private readonly Histogram<double> _rateLimitWaits;
    private readonly Counter<long> _received;
    private readonly Counter<long> _dropped;
    private readonly UpDownCounter<long> _streams;
    private readonly Counter<long> _losses;
    private readonly Histogram<double> _reconnectDuration;

    /// <summary>A factory, and a process without one, gives the same meter and instruments to all clients.</summary>
    private ClientMetrics(Meter meter)
    {
        _published = meter.CreateCounter<long>("xmtp.client.published", "{envelope}", "Envelopes that a node took. A message is one, the first of a V1 conversation three.");
        _publishFailures = meter.CreateCounter<long>("xmtp.client.publish.failures", "{publish}", "Publishes that failed for good.");
        _publishDuration = meter.CreateHistogram(
            "xmtp.client.publish.duration", "s", "From the call to the node's acknowledgement, repeats included.", tags: null, Seconds);
        _queryDuration = meter.CreateHistogram("xmtp.client.query.duration", "s", "Time of one query, repeats included.", tags: null, Seconds);
        _retries = meter.CreateCounter<long>("xmtp.client.retries", "{call}", "Calls that were repeated after a failure that may pass.");
        _rateLimitWaits = meter.CreateHistogram("xmtp.client.rate_limit.waits", "s", "Waits because a node said that the client is too fast.", tags: null, Seconds);
        _received = meter.CreateCounter<long>("xmtp.client.messages.received", "{message}", "Messages that were verified, decrypted and handed to the application.");
        _dropped = meter.CreateCounter<long>("xmtp.client.dropped", "{envelope}", "Envelopes that were not taken.");
        _streams = meter.CreateUpDownCounter<long>("xmtp.client.streams.open", "{stream}", "Streams that are open.");
        _losses = meter.CreateCounter<long>("xmtp.client.stream.reconnects", "{attempt}", "Attempts of streams to connect again.");
        _reconnectDuration = meter.CreateHistogram(
            "xmtp.client.stream.reconnect.duration", "s", "From the loss of a stream's connection until it is live again and has caught up.", tags: null, Seconds);
    }

    /// <summary>For clients that were given no factory.</summary>
    public static ClientMetrics Shared { get; } = new(new Meter(XmtpTelemetry.MeterName));

    public static ClientMetrics Of(IMeterFactory? factory) =>
        factory is null ? Shared : new ClientMetrics(factory.Create(new MeterOptions(XmtpTelemetry.MeterName)));

    public void Published(int envelopes, TimeSpan duration)
    {
        _published.Add(envelopes);
        _publishDuration.Record(duration.TotalSeconds);
    }

    public void PublishFailed(Exception failure, TimeSpan duration)
    {
        if (_publishFailures.Enabled) _publishFailures.Add(1, ErrorType(failure));
        if (_publishDuration.Enabled) _publishDuration.Record(duration.TotalSeconds, ErrorType(failure));
    }

    public void Queried(string call, TimeSpan duration)
    {
        if (_queryDuration.Enabled) _queryDuration.Record(duration.TotalSeconds, Call(call));
    }

    public void QueryFailed(string call, Exception failure, TimeSpan duration)
    {
        if (_queryDuration.Enabled) _queryDuration.Record(duration.TotalSeconds, Call(call), ErrorType(failure));
    }

    public void Repeating(string call, ErrorCode code, TimeSpan delay)
    {
        if (_retries.Enabled) _retries.Add(1, Call(call), new("error.type", code.Id));
        if (code == ErrorCatalogue.RateLimited && _rateLimitWaits.Enabled) _rateLimitWaits.Record(delay.TotalSeconds, Call(call));
    }

    /// <summary>A message was handed to a reader of a stream.</summary>
    public void Streamed() => Received("stream");

    /// <summary>A message was handed to a reader of a listing.</summary>
    public void Listed() => Received("list");

    public void Dropped(DropReason reason)
    {
        if (_dropped.Enabled) _dropped.Add(1, new KeyValuePair<string, object?>("reason", Reasons[(int)reason]));
    }

    public void StreamOpened() => _streams.Add(1);

    public void StreamClosed() => _streams.Add(-1);

    public void Reconnecting() => _losses.Add(1);

    public void Reconnected(TimeSpan duration) => _reconnectDuration.Record(duration.TotalSeconds);

    /// <summary>What a failure is called in tags: an entry of the error catalogue, or one of two words.</summary>
    public static string ErrorName(Exception failure) => failure switch
    {
        XmtpException known => known.Code.Id,
        OperationCanceledException => "cancelled",
        _ => "other",
    };

    private void Received(string source)
    {
        if (_received.Enabled) _received.Add(1, new KeyValuePair<string, object?>("source", source));
    }

    private static KeyValuePair<string, object?> Call(string call) => new("call", call);

    private static KeyValuePair<string, object?> ErrorType(Exception failure) => new("error.type", ErrorName(failure));
}
