using System.Collections.Concurrent;
using System.Security.Cryptography;
using PushServer.Storage;

namespace PushServer.Delivering;

/// <summary>
/// Empties the outbox: one delivery at a time for each installation, many installations side by side. A delivery is finished after the
/// receiver took it, so a kill in between repeats it: at least once, with the same id.
/// </summary>
internal sealed partial class Deliverer(
    Outbox outbox, Registrations registrations, WebPushSender webPush, WebhookSender webhook, DeliverySignal signal, PushServerOptions options, PushMetrics metrics,
    TimeProvider time, ILogger<Deliverer> logger) : BackgroundService
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Task> _underWay = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                foreach (var delivery in outbox.Due(options.ParallelMax + _underWay.Count))
                    if (_underWay.Count < options.ParallelMax && !_underWay.ContainsKey(delivery.Installation)) Begin(delivery, stoppingToken);

                // What is under way is due and signals when it is through; what has become due since the look above does not.
                var next = outbox.NextDue - time.GetUtcNow() ?? PauseMax;
                await signal.WaitAsync(TimeSpan.FromTicks(Math.Clamp(next.Ticks, PauseMin.Ticks, PauseMax.Ticks)), stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(_underWay.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Begin(Delivery delivery, CancellationToken stoppingToken)
    {
        var task = new Task<Task>(() => DeliverAsync(delivery, stoppingToken));
        _underWay[delivery.Installation] = task.Unwrap();
        task.Start(TaskScheduler.Default);
    }

    private async Task DeliverAsync(Delivery delivery, CancellationToken stoppingToken)
    {
        try
        {
            if (registrations.Find(delivery.Installation) is { } target) Conclude(delivery, target, await TryAsync(delivery, target, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // It is still in the outbox.
        }
        catch (Exception failure)
        {
            // The edge of this delivery: whatever it is must neither stop the others nor be tried without a pause.
            Broke(delivery.Id, failure);
            outbox.Postpone(delivery, Pause(delivery, wanted: null));
        }
        finally
        {
            _underWay.TryRemove(delivery.Installation, out _);
            signal.Raise();
        }
    }

    private async Task<Attempt> TryAsync(Delivery delivery, Target target, CancellationToken stoppingToken)
    {
        if (Left(delivery) <= TimeSpan.Zero) return new Attempt(Outcome.Expired);
        using var patience = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stoppingToken);
        try
        {
            return target.Kind == Target.WebPush ? await webPush.SendAsync(target, delivery, either.Token) : await webhook.SendAsync(target, delivery, either.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException && !stoppingToken.IsCancellationRequested)
        {
            return new Attempt(Outcome.Failed);
        }
    }

    private void Conclude(Delivery delivery, Target target, Attempt attempt)
    {
        metrics.Deliver(target.Kind, attempt.Outcome);
        switch (attempt.Outcome)
        {
            case Outcome.Failed:
                var pause = Pause(delivery, attempt.RetryAfter);
                outbox.Postpone(delivery, pause);
                Postponed(delivery.Id, target.Kind, delivery.Attempts + 1, pause);
                break;
            case Outcome.Gone:
                registrations.Remove(delivery.Installation);
                Removed(delivery.Installation, target.Kind);
                break;
            default:
                outbox.Finish(delivery);
                break;
        }
    }

    // Spread by half, so that a receiver that comes back is not met by everybody at once. One that says when is not asked before, however
    // long that is: what cannot wait so long is dropped when its own time is over, so that it does not hold up the next.
    private TimeSpan Pause(Delivery delivery, TimeSpan? wanted)
    {
        var pause = Math.Min(options.RetryMax.TotalMilliseconds, options.RetryFirst.TotalMilliseconds * Math.Pow(2, Math.Min(delivery.Attempts, 30)));
        var spread = TimeSpan.FromMilliseconds(pause * RandomNumberGenerator.GetInt32(50, 101) / 100);
        return wanted > spread ? TimeSpan.FromTicks(Math.Clamp(wanted.Value.Ticks, 0, Math.Max(0, Left(delivery).Ticks))) : spread;
    }

    private TimeSpan Left(Delivery delivery) => delivery.Created + options.GiveUpAfter - time.GetUtcNow();

    [LoggerMessage(LogLevel.Information, "Delivery {Id} by {Kind} failed for the {Attempts}. time; again in {Pause}")]
    private partial void Postponed(string id, string kind, int attempts, TimeSpan pause);

    [LoggerMessage(LogLevel.Error, "Delivery {Id} broke; again later")]
    private partial void Broke(string id, Exception failure);

    [LoggerMessage(LogLevel.Information, "The {Kind} of installation {Installation} is gone; the installation is removed")]
    private partial void Removed(string installation, string kind);
}
