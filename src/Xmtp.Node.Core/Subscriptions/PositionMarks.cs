using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Telemetry;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>
/// Tells readers with positions every few seconds where they stand, whether something happened or not, so that they can tell a
/// silent stream from a dead one; and plans what they read from the store.
/// </summary>
internal sealed class PositionMarks : IAsyncDisposable
{
    /// <summary>The topic of marks. Nobody can publish to it or subscribe to it.</summary>
    public const string Topic = "xmtp-position";

    // A third less than what is promised, for timers that are late.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    // Entries that are gone through in the logs: so many for each topic asked for, so that a call costs what it is worth.
    private const ulong ScanEntriesBase = 2_000;
    private const ulong ScanEntriesPerTopic = 100;
    private const ulong ScanEntriesMax = 50_000;

    private readonly IEnvelopeStore _store;
    private readonly LogWriter _writer;
    private readonly SubscriptionTable _subscriptions;
    private readonly Dispatcher _dispatcher;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<PositionedSubscription, bool> _readers = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public PositionMarks(IEnvelopeStore store, LogWriter writer, SubscriptionTable subscriptions, Dispatcher dispatcher, TimeProvider time, ILogger logger) =>
        (_store, _writer, _subscriptions, _dispatcher, _time, _logger) = (store, writer, subscriptions, dispatcher, time, logger);

    /// <summary>The clock, for <see cref="IsDue"/>.</summary>
    public long Now => _time.GetTimestamp();

    /// <summary>Where the node stands: everything at or below is found by a query that begins now.</summary>
    public StreamPosition Current => ToPosition(_writer.Tail.Snapshot().Ends);

    /// <summary>A mark.</summary>
    public static Protocol.MessageApi.V1.Envelope Envelope(StreamPosition position) =>
        new() { ContentTopic = Topic, Message = ByteString.CopyFromUtf8(position.ToString()) };

    public void Start()
    {
        // Its time runs from here, not from whenever the loop comes to it.
        var timer = new PeriodicTimer(Interval, _time);
        _loop = Task.Run(() => RunAsync(timer));
    }

    /// <summary>Opens a reader with positions.</summary>
    public PositionedSubscription Open(IEnumerable<string> topics, int capacity, StreamPosition? from)
    {
        var replays = new ReplayQueue(_writer.Tail);
        return Track(new PositionedSubscription(this, _subscriptions.Open(topics, capacity, replays), replays, from));
    }

    /// <summary>Opens a reader of all topics with positions.</summary>
    public PositionedSubscription OpenAll(int capacity, StreamPosition? from)
    {
        var replays = new ReplayQueue(_writer.Tail);
        return Track(new PositionedSubscription(this, _subscriptions.OpenAll(capacity, replays), replays, from));
    }

    public void Forget(PositionedSubscription reader) => _readers.TryRemove(reader, out _);

    public bool IsDue(long last) => _time.GetElapsedTime(last) >= Interval;

    public StreamPosition ToPosition(IReadOnlyDictionary<LogId, ulong> ends) => StreamPosition.Create(ends.Select(end => (_writer.Logs[end.Key].Hash, end.Value)));

    /// <summary>How to read what lies above a position; null when nothing does.</summary>
    public IReplay? Plan(ReplayRequest request, StreamPosition from)
    {
        var ranges = request.Ends
            .Select(end => (Log: _writer.Logs[end.Key], End: end.Value))
            .Select(end => new ReplayRange(end.Log, from[end.Log.Hash], end.End))
            .Where(static range => range.End > range.After)
            .ToList();
        if (ranges.Count == 0) return null;
        // Who reads everything wants nearly every entry, however many there are.
        if (request.Topics is null) return new LogReplay(_store, SubscriptionTable.IsShownToAll, ranges);
        var count = ranges.Aggregate(0UL, static (sum, range) => sum + range.Count);
        return count <= Math.Min(ScanEntriesMax, ScanEntriesBase + ScanEntriesPerTopic * (ulong)request.Topics.Count)
            ? new LogReplay(_store, request.Topics.Contains, ranges)
            : new TopicReplay(_store, request.Topics, ranges);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private PositionedSubscription Track(PositionedSubscription reader)
    {
        _readers[reader] = true;
        return reader;
    }

    private async Task RunAsync(PeriodicTimer timer)
    {
        using var _ = timer;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false)) MarkAll();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private void MarkAll()
    {
        if (_readers.IsEmpty) return;
        try
        {
            // Taken before anything is buffered: what is at or below it was handed to every reader already.
            var passed = ToPosition(_dispatcher.Passed);
            var mark = Envelope(passed);
            foreach (var reader in _readers.Keys) reader.Mark(passed, mark);
        }
        catch (Exception e)
        {
            // The edge of this loop: the next round is a new try.
            _logger.MarksFailed(e);
        }
    }
}
