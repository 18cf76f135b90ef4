using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Telemetry;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Core.Log;

/// <summary>
/// The one writer of one log. It takes what is waiting, leaves out repeats, gives the rest dense numbers, commits all in
/// one durable step, advances the tail and then lets the callers go. While a commit runs the next batch gathers, so
/// the load itself sets the batch size and nobody ever waits for company.
/// <para>
/// When an append fails the store may hold all of it or nothing. The writer then appends nothing more until the store has
/// recovered and said where the log ends: that number, not a guess, is what the next entry follows.
/// </para>
/// </summary>
internal sealed class LogWriter : IAsyncDisposable
{
    private readonly IEnvelopeStore _store;
    private readonly LogId _log;
    private readonly LogWriterOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NodeMetrics _metrics;
    private readonly Channel<AppendRequest> _queue;
    private readonly List<AppendRequest> _batch = [];
    private readonly AppendBatch _entries = new();
    private LogEnd _end;
    private bool _failed;
    private long _lastAttempt;
    private TimeSpan _pause;
    private Task _loop = Task.CompletedTask;

    public LogWriter(
        IEnvelopeStore store, LogId log, LogWriterOptions options, TimeProvider time, ILogger logger, NodeMetrics metrics)
    {
        (_store, _log, _options, _time, _logger, _metrics) = (store, log, options, time, logger, metrics);
        _queue = Channel.CreateBounded<AppendRequest>(new BoundedChannelOptions(options.QueueLengthMax) { SingleReader = true });
        Tail = new LogTail(options.TailEntriesMax, options.TailBytesMax);
    }

    public LogTail Tail { get; }

    public AppendRequestPool Pool { get; } = new();

    public LogId Log => _log;

    public int QueueLength => _queue.Reader.Count;

    /// <summary>Whether the last append, if any, succeeded.</summary>
    public bool IsHealthy => !Volatile.Read(ref _failed);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _end = await _store.RecoverAsync(_log, cancellationToken).ConfigureAwait(false);
        Tail.Start(_end.Sequence);
        _loop = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>Queues a request; it may wait for room. On return the writer holds its share of the request.</summary>
    public async ValueTask EnqueueAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        request.Share();
        try
        {
            if (!_queue.Writer.TryWrite(request)) await _queue.Writer.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            request.Release();
            if (e is ChannelClosedException) throw new XmtpException(ErrorCatalogue.Unavailable, "This node is stopping and takes no more messages.");
            throw;
        }
    }

    /// <summary>Commits what is queued, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            Exception? failure = null;
            TakeBatch();
            try
            {
                if (_failed) await RecoverAsync().ConfigureAwait(false);
                await CommitAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // The edge of the writer: whatever went wrong ends this batch, never the loop.
                failure = e as XmtpException ?? Fail(e);
            }

            foreach (var request in _batch)
            {
                request.Complete(failure);
                request.Release();
            }

            _batch.Clear();
            _entries.Clear();
        }
    }

    private void TakeBatch()
    {
        var (count, bytes) = (0, 0);
        while (count < _options.BatchEntriesMax && bytes < _options.BatchBytesMax && _queue.Reader.TryRead(out var request))
        {
            _batch.Add(request);
            _entries.Add(request);
            count += request.Count;
            bytes += request.Size;
        }
    }

    private async ValueTask CommitAsync()
    {
        await _store.FindAsync(_entries.Keys, _entries.Places).ConfigureAwait(false);
        var repeats = _entries.RemoveRepeats();
        _metrics.Repeats.Add(repeats);
        if (_entries.Count == 0) return;

        using var activity = NodeTelemetry.Activities.StartActivity("log commit", ActivityKind.Internal, _batch[0].Trace);
        activity?.SetTag("xmtp.log", (long)_log.Value);
        activity?.SetTag("xmtp.batch.entries", _entries.Count);

        // A clock that was set back must not make entries look older than those before them.
        var now = Math.Max(_time.GetUtcNow().ToUnixTimeNanoseconds(), _end.OriginatorTimeNs);
        var started = _time.GetTimestamp();
        _entries.Assign(_log, _end.Sequence, now);
        try
        {
            await _store.AppendAsync(_log, _entries.Entries).ConfigureAwait(false);
        }
        catch
        {
            Volatile.Write(ref _failed, true);
            throw;
        }

        _end = new LogEnd(_end.Sequence + (ulong)_entries.Count, now);
        var duration = _time.GetElapsedTime(started);
        // The tail first: who has its acknowledgement and then subscribes is past this entry.
        Tail.Append(_entries);
        _metrics.Committed(_entries.Count, duration);
    }

    private async ValueTask RecoverAsync()
    {
        if (_time.GetElapsedTime(_lastAttempt) < _pause)
            throw new XmtpException(ErrorCatalogue.StorageFailed, "The store has failed and is not back yet; nothing was stored.");
        var nextPause = _pause == TimeSpan.Zero ? _options.RecoveryPause : _pause * 2;
        LogEnd end;
        try
        {
            end = await _store.RecoverAsync(_log).ConfigureAwait(false);
            if (end.Sequence < _end.Sequence)
            {
                _logger.LogShortened(_log.Value, end.Sequence, _end.Sequence);
                throw new XmtpException(ErrorCatalogue.StoreUnusable, $"Log {_log} came back with {end.Sequence} entries where {_end.Sequence} were acknowledged.");
            }
        }
        catch
        {
            _pause = nextPause < _options.RecoveryPauseMax ? nextPause : _options.RecoveryPauseMax;
            _lastAttempt = _time.GetTimestamp();
            throw;
        }

        _pause = TimeSpan.Zero;
        // The failed batch may have become durable after all: its entries are in the log now, so readers get them.
        if (end.Sequence > _end.Sequence) Tail.SkipTo(end.Sequence);
        _end = end;
        Volatile.Write(ref _failed, false);
        _logger.StoreRecovered(_log.Value, end.Sequence);
    }

    private XmtpException Fail(Exception cause)
    {
        _logger.AppendFailed(_log.Value, _entries.Count, cause);
        _metrics.StorageFailures.Add(1);
        return new XmtpException(ErrorCatalogue.StorageFailed, "The store failed; nothing of this was acknowledged.", cause);
    }
}
