using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Telemetry;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>
/// Follows the common tail of all logs and hands its entries, in order and none left out, to the live readers: from memory while it
/// keeps up, from the store when it does not.
/// </summary>
internal sealed class Dispatcher : IAsyncDisposable
{
    private const int ReadCount = 256;
    private const long ReadBytesMax = 4 << 20;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    private readonly IEnvelopeStore _store;
    private readonly LogTail _tail;
    private readonly SubscriptionTable _subscriptions;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NodeMetrics _metrics;
    private readonly CancellationTokenSource _stop = new();
    private readonly TailEntry[] _recent = new TailEntry[ReadCount];
    private readonly List<LoggedEntry> _stored = [];
    private readonly Lock _passedLock = new();
    private Dictionary<LogId, ulong> _passed = [];
    private ulong _position;
    private TaskCompletionSource? _waiter;
    private Task _loop = Task.CompletedTask;

    public Dispatcher(
        IEnvelopeStore store, LogTail tail, SubscriptionTable subscriptions, TimeProvider time, ILogger logger, NodeMetrics metrics) =>
        (_store, _tail, _subscriptions, _time, _logger, _metrics) = (store, tail, subscriptions, time, logger, metrics);

    /// <summary>Arrival number of the last entry handed over.</summary>
    public ulong Position => Volatile.Read(ref _position);

    /// <summary>Number of the last entry of each log that was handed over, or that nobody read live.</summary>
    public Dictionary<LogId, ulong> Passed
    {
        get
        {
            lock (_passedLock) return new Dictionary<LogId, ulong>(_passed);
        }
    }

    public void Start()
    {
        (_position, _passed) = _tail.Snapshot();
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Waits until everything committed by now was handed over, at most for <paramref name="patience"/>: the store may have failed.</summary>
    public async Task CatchUpAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var goal = _tail.Last;
        while (Position < goal)
        {
            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _waiter, waiter);
            if (Position >= goal) return;
            await waiter.Task.WaitAsync(patience, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!waiter.Task.IsCompleted) return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var signal = _tail.Follow();
        try
        {
            while (await signal.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
            {
                // Lowered before the look: an entry committed during the look raises it again.
                signal.TryRead(out _);
                while (_position < _tail.Last) await DeliverNextAsync().ConfigureAwait(false);
                _tail.Release(_position);
                Interlocked.Exchange(ref _waiter, null)?.TrySetResult();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async ValueTask DeliverNextAsync()
    {
        try
        {
            if (!SkipUnwatched() && !DeliverRecent()) await DeliverStoredAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            // The edge of this loop. An entry is never skipped: readers are owed it, and the store may come back.
            _logger.DeliveryFailed(_tail.RunAfter(_position).First, e);
            await Task.Delay(RetryPause, _time, _stop.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Passes over everything committed while nobody reads live.</summary>
    private bool SkipUnwatched()
    {
        if (!_subscriptions.IsEmpty) return false;
        // In this order: whoever registers after the check takes its position after it too, at this entry or beyond.
        var (last, ends) = _tail.Snapshot();
        if (!_subscriptions.IsEmpty) return false;
        lock (_passedLock) _passed = ends;
        Volatile.Write(ref _position, last);
        return true;
    }

    private bool DeliverRecent()
    {
        var recent = _recent.AsSpan(0, _tail.Read(_position, _recent));
        foreach (ref readonly var entry in recent) Deliver(entry);
        lock (_passedLock)
            foreach (ref readonly var entry in recent) _passed[entry.Place.Log] = entry.Place.Sequence;
        recent.Clear();
        return recent.Length > 0;
    }

    private async ValueTask DeliverStoredAsync()
    {
        var run = _tail.RunAfter(_position);
        try
        {
            var count = (int)Math.Min(run.Count, ReadCount);
            await _store.ReadAsync(run.First.Log, run.First.Sequence, _stored, count, ReadBytesMax, _stop.Token).ConfigureAwait(false);
            if (_stored.Count == 0) throw new InvalidOperationException($"The store does not have entry {run.First.Sequence} of log {run.First.Log}, which is committed.");
            await foreach (var (place, envelope) in ShownEntries.SelectAsync(_store, _stored, isWanted: null, _stop.Token).ConfigureAwait(false))
                Deliver(new TailEntry(place, envelope, 0));
            lock (_passedLock) _passed[run.First.Log] = _stored[^1].Place.Sequence;
        }
        finally
        {
            _stored.Clear();
        }
    }

    private void Deliver(in TailEntry entry)
    {
        var arrival = _position + 1;
        if (entry.Envelope is { } envelope) _subscriptions.Deliver(envelope, arrival);
        Volatile.Write(ref _position, arrival);
        if (entry.ReceivedTimestamp != 0) _metrics.Delivered(_time.GetElapsedTime(entry.ReceivedTimestamp));
    }
}
