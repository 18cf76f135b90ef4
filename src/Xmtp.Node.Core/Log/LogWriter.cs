using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Telemetry;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Core.Log;

/// <summary>
/// The one who writes to the store. It takes what is waiting, entries published here and entries of other nodes' logs, leaves out
/// repeats, gives the node's own dense numbers and chains them, commits all in one durable step, advances the tail and then lets
/// the callers go. While a commit runs the next batch gathers, so the load itself sets the batch size and nobody ever waits for
/// company.
/// <para>
/// When a commit fails the store may hold all of it or nothing. The writer then commits nothing more until the store has
/// recovered and said where the logs end: those numbers, not guesses, are what the next entries follow.
/// </para>
/// </summary>
internal sealed class LogWriter : IAsyncDisposable
{
    private readonly IEnvelopeStore _store;
    private readonly NodeKey _key;
    private readonly LogWriterOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NodeMetrics _metrics;
    private readonly Channel<WriterWork> _queue;
    private readonly List<WriterWork> _batch = [];
    private readonly AppendBatch _entries = new();
    private readonly StoreRecovery _recovery;
    private ExclusiveWork? _exclusive;
    private HeldLog? _own;
    private HeldLog? _batchLog;
    private Hash256 _beginning;
    private volatile bool _isStopping;
    private bool _hasLoop;
    private Task _loop = Task.CompletedTask;

    public LogWriter(IEnvelopeStore store, NodeKey key, LogWriterOptions options, TimeProvider time, ILogger logger, NodeMetrics metrics)
    {
        (_store, _key, _options, _time, _logger, _metrics) = (store, key, options, time, logger, metrics);
        _queue = Channel.CreateBounded<WriterWork>(new BoundedChannelOptions(options.QueueLengthMax) { SingleReader = true });
        Tail = new LogTail(options.TailEntriesMax, options.TailBytesMax);
        _recovery = new StoreRecovery(store, Logs, Tail, options, time, logger);
    }

    public LogTail Tail { get; }

    public LogTable Logs { get; } = new();

    public AppendRequestPool Pool { get; } = new();

    /// <summary>The log that publishes go to; null while this node takes none.</summary>
    public HeldLog? OwnLog => Volatile.Read(ref _own);

    /// <summary>Whether it takes no more work.</summary>
    public bool IsStopping => _isStopping;

    public int QueueLength => _queue.Reader.Count;

    /// <summary>Whether the last commit, if any, succeeded.</summary>
    public bool IsHealthy => !_recovery.IsNeeded;

    /// <summary>Reads what the store holds and begins to take work; publishes are refused until there is a log for them.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken).ConfigureAwait(false);
        _hasLoop = true;
        _loop = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>The part of <see cref="StartAsync"/> that reads; a caller that does the writer's steps itself needs no loop.</summary>
    internal async Task LoadAsync(CancellationToken cancellationToken)
    {
        var logs = await _store.RecoverAsync(cancellationToken).ConfigureAwait(false);
        foreach (var log in logs) Logs.Add(new HeldLog(log));
        if (logs.FirstOrDefault(log => log.IsWritable && log.Name.Node != _key.Id) is { } foreign)
            throw new XmtpException(ErrorCatalogue.StoreUnusable, $"The store belongs to node {foreign.Name.Node}, and this is node {_key.Id}. Give it its own data directory, or the key that wrote it.");
        Tail.Start(logs);
    }

    /// <summary>The own log that was written last, to be gone on with if nobody knows more of it; null when there is none.</summary>
    public HeldLog? LatestOwnLog => Logs.All.Where(static log => log.IsWritable).MaxBy(static log => log.Id.Value);

    /// <summary>Takes publishes from now on, into this log.</summary>
    public Task UseLogAsync(HeldLog log, CancellationToken cancellationToken) => RunExclusiveAsync(_ =>
    {
        Volatile.Write(ref _own, log);
        return ValueTask.CompletedTask;
    }, cancellationToken);

    /// <summary>Takes publishes from now on, into a new incarnation. The one before, if any, is left as it is, for ever.</summary>
    public Task BeginLogAsync(ulong incarnation, CancellationToken cancellationToken) => RunExclusiveAsync(async store =>
    {
        var beginning = LatestOwnLog?.End.Hash ?? default;
        var name = new LogName(_key.Id, Shard: 0, incarnation);
        var log = await AddAsync(store, name, _key.Public, isWritable: true).ConfigureAwait(false);
        _beginning = beginning;
        Volatile.Write(ref _own, log);
    }, cancellationToken);

    /// <summary>Takes no publishes from now on.</summary>
    public void StopPublishes() => Volatile.Write(ref _own, null);

    /// <summary>Makes another node's log known.</summary>
    public async Task<HeldLog> AddLogAsync(LogName name, NodePublicKey key, CancellationToken cancellationToken)
    {
        await RunExclusiveAsync(async store =>
        {
            if (Logs.Find(name.ToHash()) is null) await AddAsync(store, name, key, isWritable: false).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        return Logs.Find(name.ToHash())!;
    }

    /// <summary>Queues work; it may wait for room. On return the writer holds its share of a request.</summary>
    public async ValueTask EnqueueAsync(WriterWork work, CancellationToken cancellationToken)
    {
        var request = work as AppendRequest;
        request?.Share();
        try
        {
            if (!_queue.Writer.TryWrite(work)) await _queue.Writer.WriteAsync(work, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            request?.Release();
            if (e is ChannelClosedException) throw new XmtpException(ErrorCatalogue.Unavailable, "This node is stopping and takes no more messages.");
            throw;
        }
    }

    /// <summary>Does something to the store between two commits.</summary>
    public async Task RunExclusiveAsync(Func<IEnvelopeStore, ValueTask> work, CancellationToken cancellationToken)
    {
        var exclusive = new ExclusiveWork(work, continuesAtOnce: !_hasLoop);
        await EnqueueAsync(exclusive, cancellationToken).ConfigureAwait(false);
        await exclusive.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses further work.</summary>
    public void Close()
    {
        _isStopping = true;
        _queue.Writer.TryComplete();
    }

    /// <summary>Commits what is queued, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false)) await StepAsync().ConfigureAwait(false);
    }

    /// <summary>Takes one batch of what is waiting through its commit.</summary>
    internal async ValueTask StepAsync()
    {
        // Before anything is taken: what became durable in a commit that failed is in the logs again from then on.
        var failure = await TryAsync(RecoverAsync).ConfigureAwait(false);
        TakeBatch();
        failure ??= await TryAsync(CommitAsync).ConfigureAwait(false);
        Finish(failure);
        if (_exclusive is not { } exclusive) return;
        _exclusive = null;
        exclusive.Complete(await TryAsync(RecoverAsync).ConfigureAwait(false) ?? await TryAsync(() => RunAsync(exclusive)).ConfigureAwait(false));
    }

    private ValueTask RecoverAsync() => _recovery.IsNeeded ? _recovery.RunAsync() : ValueTask.CompletedTask;

    private async ValueTask RunAsync(ExclusiveWork exclusive)
    {
        try
        {
            await exclusive.RunAsync(_store).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (XmtpException or OperationCanceledException))
        {
            _recovery.Require();
            throw;
        }
    }

    private async ValueTask<Exception?> TryAsync(Func<ValueTask> step)
    {
        try
        {
            await step().ConfigureAwait(false);
            return null;
        }
        catch (Exception e)
        {
            // The edge of the writer: whatever went wrong ends this batch, never the loop.
            return e is XmtpException or OperationCanceledException ? e : Fail(e);
        }
    }

    private void TakeBatch()
    {
        // Once for the whole batch: publishes may be stopped meanwhile.
        _batchLog = OwnLog is { IsFrozen: false } log ? log : null;
        var bytes = 0;
        while (_entries.Count < _options.BatchEntriesMax && bytes < _options.BatchBytesMax && _exclusive is null && _queue.Reader.TryRead(out var work))
        {
            switch (work)
            {
                case ExclusiveWork exclusive:
                    _exclusive = exclusive;
                    continue;
                case AppendRequest { Count: > 0 } when _batchLog is null:
                    work.Complete(NotTaking());
                    work.Release();
                    continue;
                case AppendRequest request:
                    _entries.Add(request);
                    bytes += request.Size;
                    break;
                case ReplicaAppend append when append.Log == _batchLog || !_entries.TryAdd(append, Pool):
                    work.Complete(Discontinuous(append));
                    continue;
                case ReplicaAppend append:
                    bytes += append.Entries.Bytes;
                    break;
            }

            _batch.Add(work);
        }
    }

    private void Finish(Exception? failure)
    {
        foreach (var work in _batch) work.Complete(failure);
        _entries.Clear(Pool);
        foreach (var work in _batch) work.Release();
        _batch.Clear();
    }

    private async ValueTask CommitAsync()
    {
        if (_entries.Count == 0) return;
        await _store.FindAsync(_entries.Keys, _entries.Places).ConfigureAwait(false);
        _metrics.Repeats.Add(await _entries.ResolveAsync(_store, Logs).ConfigureAwait(false));
        if (_entries.Count == 0) return;

        using var activity = NodeTelemetry.Activities.StartActivity("log commit", ActivityKind.Internal, (_batch[0] as AppendRequest)?.Trace ?? default);
        activity?.SetTag("xmtp.batch.entries", _entries.Count);
        var started = _time.GetTimestamp();
        var end = _batchLog is { } own ? Assign(own) : default;
        try
        {
            await _store.CommitAsync(_entries.ToCommit()).ConfigureAwait(false);
        }
        catch
        {
            _recovery.Require();
            throw;
        }

        Advance(end);
        _metrics.Committed(_entries.Count, _time.GetElapsedTime(started));
    }

    // A clock that was set back must not make entries look older than those before them.
    private LogEnd Assign(HeldLog own) =>
        _entries.Assign(own, _beginning, _key, Math.Max(_time.GetUtcNow().ToUnixTimeNanoseconds(), own.End.OriginatorTimeNs));

    private void Advance(LogEnd end)
    {
        foreach (var (id, head) in _entries.Heads)
            if ((id == _batchLog?.Id ? end : _entries.Ends[id]) is var last && last.Sequence == head.Sequence) Logs[id].MoveTo(last, head);
        // Before the callers go: who has its acknowledgement and then subscribes is past this entry.
        Tail.Append(_entries);
    }

    private async ValueTask<HeldLog> AddAsync(IEnvelopeStore store, LogName name, NodePublicKey key, bool isWritable)
    {
        var id = await store.AddLogAsync(name, key, isWritable).ConfigureAwait(false);
        var log = new HeldLog(new StoredLog(id, name, key, isWritable, IsFrozen: false, default, Head: null));
        Logs.Add(log);
        return log;
    }

    private XmtpException Fail(Exception cause)
    {
        _logger.AppendFailed(_entries.Count, cause);
        _metrics.StorageFailures.Add(1);
        return new XmtpException(ErrorCatalogue.StorageFailed, "The store failed; nothing of this was acknowledged.", cause);
    }

    private static XmtpException NotTaking() =>
        new(ErrorCatalogue.Unavailable, "This node takes no messages yet: it is asking its peers how far its own log goes. Try again in some seconds, or on another node.");

    private static XmtpException Discontinuous(ReplicaAppend append) =>
        new(ErrorCatalogue.Unavailable, $"Entry {append.Entries.First.Header.Sequence} does not continue {append.Log}.");
}
