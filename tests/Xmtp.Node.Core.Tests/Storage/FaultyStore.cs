using System.Collections.Concurrent;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Core.Tests.Storage;

internal enum CommitFault
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

    public CommitFault NextCommit { get; set; }

    /// <summary>The commit, counted from 1, that <see cref="NextCommit"/> is for; 0 = whichever comes next.</summary>
    public int FaultAt { get; set; }

    /// <summary>The same for whatever makes a log known or frozen.</summary>
    public CommitFault NextLogWrite { get; set; }

    public bool FailRecovery { get; set; }

    public bool FailReads { get; set; }

    public bool FailCopies { get; set; }

    public int Recoveries { get; private set; }

    /// <summary>Sizes of the commits so far.</summary>
    public ConcurrentQueue<int> Commits { get; } = new();

    /// <summary>Commits that have begun.</summary>
    public int Begun { get; private set; }

    public int ReadCalls { get; private set; }

    public int FailedRemovals { get; private set; }

    public void HoldCommits() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo() => Interlocked.Exchange(ref _held, null)?.SetResult();

    public async ValueTask<IReadOnlyList<StoredLog>> RecoverAsync(CancellationToken cancellationToken = default)
    {
        Recoveries++;
        if (FailRecovery) throw new IOException("no recovery");
        _failed = false;
        return await _inner.RecoverAsync(cancellationToken);
    }

    public async ValueTask<LogId> AddLogAsync(LogName name, NodePublicKey key, bool isWritable, CancellationToken cancellationToken = default)
    {
        BeginLogWrite(CommitFault.BeforeCommit);
        var id = await _inner.AddLogAsync(name, key, isWritable, cancellationToken);
        BeginLogWrite(CommitFault.AfterCommit);
        return id;
    }

    public async ValueTask FreezeAsync(LogId log, ReadOnlyMemory<byte> evidence, CancellationToken cancellationToken = default)
    {
        BeginLogWrite(CommitFault.BeforeCommit);
        await _inner.FreezeAsync(log, evidence, cancellationToken);
        BeginLogWrite(CommitFault.AfterCommit);
    }

    public ValueTask<byte[]?> ReadEvidenceAsync(LogId log, CancellationToken cancellationToken = default) => _inner.ReadEvidenceAsync(log, cancellationToken);

    public ValueTask FindAsync(ReadOnlyMemory<EnvelopeIndexKey> keys, Memory<EntryPlace> places, CancellationToken cancellationToken = default) =>
        FailReads ? throw new IOException("no reads") : _inner.FindAsync(keys, places, cancellationToken);

    public ValueTask<IReadOnlyList<EntryPlace>> FindCopiesAsync(EnvelopeIndexKey key, CancellationToken cancellationToken = default) =>
        FailCopies ? throw new IOException("no reads") : _inner.FindCopiesAsync(key, cancellationToken);

    public async ValueTask CommitAsync(LogCommit commit, CancellationToken cancellationToken = default)
    {
        var number = ++Begun;
        if (_held is { } held) await held.Task;
        if (_failed) throw new InvalidOperationException("commit without recovery");
        var fault = FaultAt == 0 || FaultAt == number ? NextCommit : CommitFault.None;
        if (fault != CommitFault.None) NextCommit = CommitFault.None;
        _failed = fault != CommitFault.None;
        if (fault != CommitFault.BeforeCommit)
        {
            await _inner.CommitAsync(commit, cancellationToken);
            Commits.Enqueue(commit.Entries.Length);
        }

        if (_failed) throw new IOException("no commit");
    }

    public ValueTask ReadAsync(
        LogId log, ulong first, IList<LoggedEntry> destination, int countMax, long bytesMax, CancellationToken cancellationToken = default)
    {
        ReadCalls++;
        return FailReads ? throw new IOException("no reads") : _inner.ReadAsync(log, first, destination, countMax, bytesMax, cancellationToken);
    }

    public ValueTask ReadHeadsAsync(
        LogId log, ulong first, ulong last, IList<SignedHead> destination, int countMax, CancellationToken cancellationToken = default) =>
        _inner.ReadHeadsAsync(log, first, last, destination, countMax, cancellationToken);

    public ValueTask RepairAsync(EntryPlace place, ReadOnlyMemory<byte> header, ReadOnlyMemory<byte>? payload, CancellationToken cancellationToken = default) =>
        _inner.RepairAsync(place, header, payload, cancellationToken);

    public ValueTask<IReadOnlyList<StoredEnvelope>> QueryAsync(EnvelopeQuery query, CancellationToken cancellationToken = default) =>
        FailReads ? throw new IOException("no reads") : _inner.QueryAsync(query, cancellationToken);

    public ValueTask ReadTopicAsync(
        string topic, EnvelopeKey first, IList<(EnvelopeKey Key, EntryPlace Place)> destination, int countMax, CancellationToken cancellationToken = default) =>
        _inner.ReadTopicAsync(topic, first, destination, countMax, cancellationToken);

    public ValueTask<int> RemoveExpiredAsync(long nowNs, int countMax, CancellationToken cancellationToken = default) =>
        FailReads && ++FailedRemovals > 0 ? throw new IOException("no reads") : _inner.RemoveExpiredAsync(nowNs, countMax, cancellationToken);

    public long EstimateEnvelopeCount() => _inner.EstimateEnvelopeCount();

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private void BeginLogWrite(CommitFault moment)
    {
        if (_failed) throw new InvalidOperationException("a write without recovery");
        if (NextLogWrite != moment) return;
        NextLogWrite = CommitFault.None;
        _failed = true;
        throw new IOException("no write");
    }
}
