using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Telemetry;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>
/// Follows one log's tail and hands its entries, in order and none left out, to the live readers: from memory while it keeps
/// up, from the store when it does not.
/// </summary>
internal sealed class Dispatcher : IAsyncDisposable
{
    private const int ReadCount = 256;
    private const long ReadBytesMax = 4 << 20;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    private readonly IEnvelopeStore _store;
    private readonly LogId _log;
    private readonly LogTail _tail;
    private readonly SubscriptionTable _subscriptions;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NodeMetrics _metrics;
    private readonly CancellationTokenSource _stop = new();
    private readonly TailEntry[] _recent = new TailEntry[ReadCount];
    private readonly List<LoggedEntry> _stored = [];
    private ulong _position;
    private TaskCompletionSource? _waiter;
    private Task _loop = Task.CompletedTask;

    public Dispatcher(
        IEnvelopeStore store, LogId log, LogTail tail, SubscriptionTable subscriptions, TimeProvider time, ILogger logger, NodeMetrics metrics) =>
        (_store, _log, _tail, _subscriptions, _time, _logger, _metrics) = (store, log, tail, subscriptions, time, logger, metrics);

    /// <summary>Number of the last entry handed over.</summary>
    public ulong Position => Volatile.Read(ref _position);

    public void Start()
    {
        _position = _tail.Last;
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
            _logger.DeliveryFailed(_log.Value, _position + 1, e);
            await Task.Delay(RetryPause, _time, _stop.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Passes over everything committed while nobody reads live.</summary>
    private bool SkipUnwatched()
    {
        // In this order: whoever registers after the check takes its position after it too, at this entry or beyond.
        var last = _tail.Last;
        if (!_subscriptions.IsEmpty) return false;
        Volatile.Write(ref _position, last);
        return true;
    }

    private bool DeliverRecent()
    {
        var count = _tail.Read(_position, _recent);
        foreach (ref readonly var entry in _recent.AsSpan(0, count)) Deliver(entry);
        _recent.AsSpan(0, count).Clear();
        return count > 0;
    }

    private async ValueTask DeliverStoredAsync()
    {
        try
        {
            await _store.ReadAsync(_log, _position + 1, _stored, ReadCount, ReadBytesMax, _stop.Token).ConfigureAwait(false);
            if (_stored.Count == 0) throw new InvalidOperationException($"The store does not have entry {_position + 1}, which is committed.");
            foreach (var entry in _stored) Deliver(new TailEntry(entry.Header.Place.Sequence, ToEnvelope(entry), 0));
        }
        finally
        {
            _stored.Clear();
        }
    }

    private void Deliver(in TailEntry entry)
    {
        if (entry.Envelope is { } envelope) _subscriptions.Deliver(envelope, entry.Sequence);
        Volatile.Write(ref _position, entry.Sequence);
        if (entry.ReceivedTimestamp != 0) _metrics.Delivered(_time.GetElapsedTime(entry.ReceivedTimestamp));
    }

    private static Envelope? ToEnvelope(LoggedEntry entry) => entry is { Header.Kind: EntryKind.ClassicEnvelope, Payload: { } payload }
        ? new Envelope
        {
            ContentTopic = entry.Header.Topic,
            TimestampNs = entry.Header.SenderTimeNs,
            Message = Google.Protobuf.UnsafeByteOperations.UnsafeWrap(payload),
        }
        : null;
}
