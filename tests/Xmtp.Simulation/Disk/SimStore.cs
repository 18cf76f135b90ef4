using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Simulation.Checks;

namespace Xmtp.Simulation.Disk;

/// <summary>
/// A disk as one process sees it. Reads are done at once; a write takes time, and when the process dies meanwhile it may or may not
/// have become durable. A failed write leaves the store unusable for writing until it is recovered, as the real one is.
/// </summary>
/// <param name="disk">The disk.</param>
/// <param name="random">What decides about failures.</param>
/// <param name="verdict">Hears of broken promises.</param>
/// <param name="later">Has something happen in the life of the process's machine.</param>
internal sealed class SimStore(SimDisk disk, Random random, Verdict verdict, Action<TimeSpan, Action> later) : IEnvelopeStore
{
    private Write? _inFlight;
    private bool _mustRecover;

    private enum Outcome
    {
        Done,
        FailedBefore,
        FailedAfter,
    }

    private sealed class Write(DiskChange change, Outcome outcome)
    {
        public DiskChange Change { get; } = change;

        public Outcome Outcome { get; } = outcome;

        // Continuations run where the simulation completes it: in the event of the disk's answer.
        public TaskCompletionSource Answer { get; } = new();
    }

    /// <summary>Runs the process's side of an answer: at once, or when a stopped process goes on.</summary>
    public required Action<Action> Deliver { get; init; }

    /// <summary>Finds nothing that readers see: a planted bug.</summary>
    public bool Blind { get; init; }

    /// <summary>Changes what is written, for planted bugs.</summary>
    public Func<DiskChange, DiskChange>? Tamper { get; init; }

    public ValueTask<IReadOnlyList<StoredLog>> RecoverAsync(CancellationToken cancellationToken = default)
    {
        if (disk.IsFull) return ValueTask.FromException<IReadOnlyList<StoredLog>>(new IOException("No space left on device."));
        _mustRecover = false;
        return disk.Image.RecoverAsync(cancellationToken);
    }

    public async ValueTask<LogId> AddLogAsync(LogName name, NodePublicKey key, bool isWritable, CancellationToken cancellationToken = default)
    {
        var logs = disk.Logs;
        if (logs.Any(log => log.Name == name)) throw new InvalidOperationException($"The log {name} is known already.");
        await WriteAsync(new DiskChange.AddLog(name, key, isWritable)).ConfigureAwait(false);
        return new LogId((uint)logs.Count);
    }

    public ValueTask FreezeAsync(LogId log, ReadOnlyMemory<byte> evidence, CancellationToken cancellationToken = default) =>
        WriteAsync(new DiskChange.Freeze(log, evidence.ToArray()));

    public ValueTask<byte[]?> ReadEvidenceAsync(LogId log, CancellationToken cancellationToken = default) => disk.Image.ReadEvidenceAsync(log, cancellationToken);

    public ValueTask FindAsync(ReadOnlyMemory<EnvelopeIndexKey> keys, Memory<EntryPlace> places, CancellationToken cancellationToken = default)
    {
        if (!Blind) return disk.Image.FindAsync(keys, places, cancellationToken);
        places.Span.Clear();
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<EntryPlace>> FindCopiesAsync(EnvelopeIndexKey key, CancellationToken cancellationToken = default) =>
        disk.Image.FindCopiesAsync(key, cancellationToken);

    public ValueTask CommitAsync(LogCommit commit, CancellationToken cancellationToken = default)
    {
        CheckContinues(commit);
        return WriteAsync(DiskChange.Commit.Of(commit));
    }

    public ValueTask ReadAsync(LogId log, ulong first, IList<LoggedEntry> destination, int countMax, long bytesMax, CancellationToken cancellationToken = default) =>
        disk.Image.ReadAsync(log, first, destination, countMax, bytesMax, cancellationToken);

    public ValueTask ReadHeadsAsync(LogId log, ulong first, ulong last, IList<SignedHead> destination, int countMax, CancellationToken cancellationToken = default) =>
        disk.Image.ReadHeadsAsync(log, first, last, destination, countMax, cancellationToken);

    public ValueTask RepairAsync(EntryPlace place, ReadOnlyMemory<byte> header, ReadOnlyMemory<byte>? payload, CancellationToken cancellationToken = default) =>
        WriteAsync(new DiskChange.Overwrite(place, header.ToArray(), payload?.ToArray()));

    public ValueTask<IReadOnlyList<StoredEnvelope>> QueryAsync(EnvelopeQuery query, CancellationToken cancellationToken = default) => disk.Image.QueryAsync(query, cancellationToken);

    public ValueTask ReadTopicAsync(
        string topic, EnvelopeKey first, IList<(EnvelopeKey Key, EntryPlace Place)> destination, int countMax, CancellationToken cancellationToken = default) =>
        disk.Image.ReadTopicAsync(topic, first, destination, countMax, cancellationToken);

    public ValueTask<int> RemoveExpiredAsync(long nowNs, int countMax, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public long EstimateEnvelopeCount() => disk.Image.EstimateEnvelopeCount();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The process is gone: what it was writing is on the disk or is not.</summary>
    public void Lose()
    {
        if (_inFlight is not { } write) return;
        _inFlight = null;
        if (random.Next(2) == 0) disk.Apply(write.Change);
    }

    private ValueTask WriteAsync(DiskChange change)
    {
        verdict.Require(_inFlight is null, Invariant.Soundness, $"{change.GetType().Name} while another write is under way");
        if (verdict.Failure is { } broken) return ValueTask.FromException(broken);
        if (_mustRecover) return ValueTask.FromException(new InvalidOperationException("The store failed and was not recovered."));
        var outcome = Draw();
        if (Tamper is not null) change = Tamper(change);
        if (disk.IsFull)
        {
            _mustRecover = true;
            return ValueTask.FromException(new IOException("No space left on device."));
        }

        var write = _inFlight = new Write(change, outcome);
        later(disk.Latency * (0.5 + random.NextDouble()), () => Answer(write));
        return new ValueTask(write.Answer.Task);
    }

    private Outcome Draw()
    {
        if (random.NextDouble() >= disk.FailureRate) return Outcome.Done;
        return random.Next(2) == 0 ? Outcome.FailedBefore : Outcome.FailedAfter;
    }

    private void Answer(Write write)
    {
        if (_inFlight != write) return;
        _inFlight = null;
        if (write.Outcome != Outcome.FailedBefore) disk.Apply(write.Change);
        if (write.Outcome != Outcome.Done) _mustRecover = true;
        Deliver(() =>
        {
            if (write.Outcome == Outcome.Done) write.Answer.SetResult();
            else write.Answer.SetException(new IOException("Input/output error."));
        });
    }

    /// <summary>What the writer promises of a commit.</summary>
    private void CheckContinues(LogCommit commit)
    {
        var ends = disk.Logs.ToDictionary(static log => log.Id, static log => log.End);
        foreach (var entry in commit.Entries.Span)
        {
            var end = ends[entry.Place.Log];
            if (entry.Place.Sequence != end.Sequence + 1)
                verdict.Fail(Invariant.Agreement, $"a commit puts entry {entry.Place.Sequence} of log {entry.Place.Log} after entry {end.Sequence}");
            ends[entry.Place.Log] = new LogEnd(entry.Place.Sequence, entry.HeaderHash, entry.OriginatorTimeNs);
        }

        foreach (var (log, head) in commit.Heads.Span)
            if (head.Sequence == ends[log].Sequence && head.Hash != ends[log].Hash)
                verdict.Fail(Invariant.Agreement, $"a head of log {log} is not that of entry {head.Sequence}");
    }
}
