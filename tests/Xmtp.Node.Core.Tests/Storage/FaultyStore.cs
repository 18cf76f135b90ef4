using System.Collections.Concurrent;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Core.Tests.Storage;

internal enum AppendFault
{
    None,

    /// <summary>Fails and stores nothing.</summary>
    BeforeCommit,

    /// <summary>Stores all and fails: what a lost answer of the disk looks like.</summary>
    AfterCommit,
}

/// <summary>A store whose failures and delays the test decides.</summary>
internal sealed class FaultyStore : IEnvelopeStore
{
    private readonly InMemoryEnvelopeStore _inner = new();
    private TaskCompletionSource? _held;
    private bool _failed;

    public AppendFault NextAppend { get; set; }

    /// <summary>The append, counted from 1, that <see cref="NextAppend"/> is for; 0 = whichever comes next.</summary>
    public int FaultAt { get; set; }

    public bool FailRecovery { get; set; }

    public bool FailReads { get; set; }

    public int Recoveries { get; private set; }

    /// <summary>Sizes of the commits so far.</summary>
    public ConcurrentQueue<int> Commits { get; } = new();

    /// <summary>Appends that have begun.</summary>
    public int Begun { get; private set; }

    public int ReadCalls { get; private set; }

    public int FailedRemovals { get; private set; }

    public void HoldAppends() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo() => Interlocked.Exchange(ref _held, null)?.SetResult();

    public async ValueTask<LogEnd> RecoverAsync(LogId log, CancellationToken cancellationToken = default)
    {
        Recoveries++;
        if (FailRecovery) throw new IOException("no recovery");
        _failed = false;
        return await _inner.RecoverAsync(log, cancellationToken);
    }

    public ValueTask FindAsync(ReadOnlyMemory<Hash256> keys, Memory<EntryPlace> places, CancellationToken cancellationToken = default) =>
        FailReads ? throw new IOException("no reads") : _inner.FindAsync(keys, places, cancellationToken);

    public async ValueTask AppendAsync(LogId log, ReadOnlyMemory<PendingEntry> entries, CancellationToken cancellationToken = default)
    {
        var number = ++Begun;
        if (_held is { } held) await held.Task;
        if (_failed) throw new InvalidOperationException("append without recovery");
        var fault = FaultAt == 0 || FaultAt == number ? NextAppend : AppendFault.None;
        if (fault != AppendFault.None) NextAppend = AppendFault.None;
        _failed = fault != AppendFault.None;
        if (fault != AppendFault.BeforeCommit)
        {
            await _inner.AppendAsync(log, entries, cancellationToken);
            Commits.Enqueue(entries.Length);
        }

        if (_failed) throw new IOException("no append");
    }

    public ValueTask ReadAsync(
        LogId log, ulong first, IList<LoggedEntry> destination, int countMax, long bytesMax, CancellationToken cancellationToken = default)
    {
        ReadCalls++;
        return FailReads ? throw new IOException("no reads") : _inner.ReadAsync(log, first, destination, countMax, bytesMax, cancellationToken);
    }

    public ValueTask<IReadOnlyList<StoredEnvelope>> QueryAsync(EnvelopeQuery query, CancellationToken cancellationToken = default) =>
        FailReads ? throw new IOException("no reads") : _inner.QueryAsync(query, cancellationToken);

    public ValueTask<int> RemoveExpiredAsync(long nowNs, int countMax, CancellationToken cancellationToken = default) =>
        FailReads && ++FailedRemovals > 0 ? throw new IOException("no reads") : _inner.RemoveExpiredAsync(nowNs, countMax, cancellationToken);

    public long EstimateEnvelopeCount() => _inner.EstimateEnvelopeCount();

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
