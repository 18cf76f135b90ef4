using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Tests.Support;

/// <summary>A store in memory whose commits wait while the gate is closed, or fail while it is told to fail.</summary>
internal sealed class GatedStore : IEnvelopeStore
{
    private readonly InMemoryEnvelopeStore _inner = new();
    private TaskCompletionSource _gate = Opened();
    private int _waiting;

    /// <summary>Whether everything that writes or recovers fails.</summary>
    public bool Fails { get; set; }

    /// <summary>Commits that wait at the gate.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public void Close() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _gate.TrySetResult();

    public ValueTask<IReadOnlyList<StoredLog>> RecoverAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfFailing();
        return _inner.RecoverAsync(cancellationToken);
    }

    public ValueTask<LogId> AddLogAsync(LogName name, NodePublicKey key, bool isWritable, CancellationToken cancellationToken = default) =>
        _inner.AddLogAsync(name, key, isWritable, cancellationToken);

    public ValueTask FreezeAsync(LogId log, ReadOnlyMemory<byte> evidence, CancellationToken cancellationToken = default) =>
        _inner.FreezeAsync(log, evidence, cancellationToken);

    public ValueTask<byte[]?> ReadEvidenceAsync(LogId log, CancellationToken cancellationToken = default) => _inner.ReadEvidenceAsync(log, cancellationToken);

    public ValueTask FindAsync(ReadOnlyMemory<EnvelopeIndexKey> keys, Memory<EntryPlace> places, CancellationToken cancellationToken = default) =>
        _inner.FindAsync(keys, places, cancellationToken);

    public ValueTask<IReadOnlyList<EntryPlace>> FindCopiesAsync(EnvelopeIndexKey key, CancellationToken cancellationToken = default) =>
        _inner.FindCopiesAsync(key, cancellationToken);

    public async ValueTask CommitAsync(LogCommit commit, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _waiting);
        await _gate.Task.WaitAsync(cancellationToken);
        Interlocked.Decrement(ref _waiting);
        ThrowIfFailing();
        await _inner.CommitAsync(commit, cancellationToken);
    }

    public ValueTask ReadAsync(LogId log, ulong first, IList<LoggedEntry> destination, int countMax, long bytesMax, CancellationToken cancellationToken = default) =>
        _inner.ReadAsync(log, first, destination, countMax, bytesMax, cancellationToken);

    public ValueTask ReadHeadsAsync(LogId log, ulong first, ulong last, IList<SignedHead> destination, int countMax, CancellationToken cancellationToken = default) =>
        _inner.ReadHeadsAsync(log, first, last, destination, countMax, cancellationToken);

    public ValueTask RepairAsync(EntryPlace place, ReadOnlyMemory<byte> header, ReadOnlyMemory<byte>? payload, CancellationToken cancellationToken = default) =>
        _inner.RepairAsync(place, header, payload, cancellationToken);

    public ValueTask ReadTopicAsync(
        string topic, EnvelopeKey first, IList<(EnvelopeKey Key, EntryPlace Place)> destination, int countMax, CancellationToken cancellationToken = default) =>
        _inner.ReadTopicAsync(topic, first, destination, countMax, cancellationToken);

    public ValueTask<IReadOnlyList<StoredEnvelope>> QueryAsync(EnvelopeQuery query, CancellationToken cancellationToken = default) => _inner.QueryAsync(query, cancellationToken);

    public ValueTask<int> RemoveExpiredAsync(long nowNs, int countMax, CancellationToken cancellationToken = default) => _inner.RemoveExpiredAsync(nowNs, countMax, cancellationToken);

    public long EstimateEnvelopeCount() => _inner.EstimateEnvelopeCount();

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private void ThrowIfFailing()
    {
        if (Fails) throw new IOException("no space left on this imaginary disk");
    }

    private static TaskCompletionSource Opened()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gate.SetResult();
        return gate;
    }
}
