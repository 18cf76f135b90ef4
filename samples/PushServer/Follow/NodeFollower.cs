using System.Security.Cryptography;
using PushServer.Storage;
using Xmtp.Client.Transport;

namespace PushServer.Follow;

/// <summary>
/// Follows everything that a network publishes, over as many connections as it takes. It goes on from the position in the store, so
/// nothing is skipped however long it was away; what comes twice, the outbox knows.
/// </summary>
internal sealed partial class NodeFollower(PushServerOptions options, Outbox outbox, Matcher matcher, PushHealth health, TimeProvider time, ILogger<NodeFollower> logger) : BackgroundService
{
    // Three marks that did not come: the connection is dead, whatever it says.
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var failures = 0; !stoppingToken.IsCancellationRequested;)
        {
            var node = options.Nodes[failures % options.Nodes.Length];
            var started = time.GetTimestamp();
            try
            {
                await FollowAsync(node, stoppingToken);
                Ended(node);
            }
            catch (Exception failure) when (failure is NodeException or OperationCanceledException && !stoppingToken.IsCancellationRequested)
            {
                Lost(node, failure.Message);
            }

            health.IsFollowing = false;
            if (time.GetElapsedTime(started) > SilenceMax) failures = 0;
            await Task.Delay(Pause(failures++), time, stoppingToken);
        }
    }

    private async Task FollowAsync(Uri node, CancellationToken stoppingToken)
    {
        var position = outbox.Position;
        await using var transport = new GrpcTransport(node, new GrpcTransportOptions { AppVersion = "push-server-sample/1.0" });
        await using var subscription = await transport.SubscribeAllAsync(position, stoppingToken);
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, stoppingToken);
        if (!subscription.IsContinued)
        {
            // A first start; or a node that cannot go on from there, and what was published meanwhile is not pushed.
            if (position is not null) Gap(node);
            if (subscription.Position is { } begin) outbox.MoveTo(begin);
        }

        Following(node, subscription.IsContinued);
        health.IsFollowing = true;
        if (subscription.Position is not null) silence.CancelAfter(SilenceMax);
        await foreach (var envelope in subscription.ReadAllAsync(end.Token))
        {
            if (subscription.Position is not null) silence.CancelAfter(SilenceMax);
            if (!PositionMark.TryRead(envelope, out var mark)) matcher.Take(envelope);
            else if (mark is not null) outbox.MoveTo(mark);
        }
    }

    private static TimeSpan Pause(int failures) =>
        TimeSpan.FromMilliseconds(Math.Min(PauseMax.TotalMilliseconds, 250 * Math.Pow(2, Math.Min(failures, 20))) * RandomNumberGenerator.GetInt32(50, 101) / 100);

    [LoggerMessage(LogLevel.Information, "Following {Node}; continued: {IsContinued}")]
    private partial void Following(Uri node, bool isContinued);

    [LoggerMessage(LogLevel.Warning, "{Node} does not go on from the saved position: messages of the time away are not pushed")]
    private partial void Gap(Uri node);

    [LoggerMessage(LogLevel.Warning, "The connection to {Node} was lost: {Reason}")]
    private partial void Lost(Uri node, string reason);

    [LoggerMessage(LogLevel.Information, "{Node} ended the stream")]
    private partial void Ended(Uri node);
}
