using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Replication;

/// <summary>
/// Proof that an originator signed two histories of one log: two heads at one number with two hashes, or a head and the headers up to
/// a later one that do not go through it. Anyone can check it without trusting anyone. A log it is found for is
/// frozen here, and the proof is handed on to all.
/// </summary>
internal sealed class EvidenceBook(ReplicationContext context)
{
    /// <summary>The own log was found signed twice.</summary>
    public Action<HeldLog>? OwnLogForked { get; set; }

    /// <summary>Entries came under a good head that part from what this node holds.</summary>
    /// <param name="log">The log.</param>
    /// <param name="ours">The head at the end of what is held.</param>
    /// <param name="run">What came right after that number.</param>
    public void Forked(HeldLog log, SignedHead ours, VerifiedEntries run)
    {
        var proof = Begin(log, ours, run.Head);
        foreach (var entry in run.Entries) proof.Headers.Add(UnsafeByteOperations.UnsafeWrap(entry.HeaderBytes));
        Freeze(log, proof, ours.Sequence, except: null);
    }

    /// <summary>A good head came that says something else of a number than what this node holds.</summary>
    public async ValueTask ConflictAsync(HeldLog log, SignedHead theirs)
    {
        if (log.IsFrozen) return;
        var heads = new List<SignedHead>();
        await context.Store.ReadHeadsAsync(log.Id, theirs.Sequence, ulong.MaxValue, heads, 1).ConfigureAwait(false);
        if (heads.Count == 0) return;
        var proof = Begin(log, theirs, heads[0]);
        var entries = new List<LoggedEntry>();
        var count = (int)Math.Min(heads[0].Sequence - theirs.Sequence, ReplicationLimits.EvidenceHeadersMax);
        if (count > 0) await context.Store.ReadAsync(log.Id, theirs.Sequence + 1, entries, count, long.MaxValue).ConfigureAwait(false);
        foreach (var entry in entries) proof.Headers.Add(UnsafeByteOperations.UnsafeWrap(entry.HeaderBytes));
        if (IsProof(proof, out _, out _, out var sequence)) Freeze(log, proof, sequence, except: null);
    }

    /// <summary>Somebody sent a proof.</summary>
    /// <returns>The log it is about when it holds and the log is not known here; null otherwise.</returns>
    public (LogName Name, NodePublicKey Key)? Received(PeerState sender, Evidence proof)
    {
        if (!IsProof(proof, out var name, out var key, out var sequence))
        {
            context.Logger.CutOff(sender.Node, "it sent evidence that proves nothing");
            context.Actions.Disconnect(sender.Node, "evidence that proves nothing");
            return null;
        }

        if (context.Logs.Find(name.ToHash()) is not { } log) return (name, key);
        if (!log.IsFrozen) Freeze(log, proof, sequence, sender.Node);
        return null;
    }

    /// <summary>Checks a proof, whoever sent it.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="name">The log.</param>
    /// <param name="key">Its originator's key.</param>
    /// <param name="sequence">The last number up to which both histories may be the same.</param>
    public static bool IsProof(Evidence proof, out LogName name, out NodePublicKey key, out ulong sequence)
    {
        (name, key, sequence) = (default, null!, 0);
        if (proof.Log is null || !NodePublicKey.TryCreate(proof.Log.PublicKey.Span, out var read)) return false;
        (name, key) = (new LogName(read.Id, proof.Log.Shard, proof.Log.Incarnation), read);
        if (!SignedHead.TryRead(proof.FirstHead.Span, out var first) || !SignedHead.TryRead(proof.SecondHead.Span, out var second)) return false;
        if (first.Log != name || second.Log != name || second.Sequence < first.Sequence) return false;
        var distance = second.Sequence - first.Sequence;
        if (distance > ReplicationLimits.EvidenceHeadersMax || (ulong)proof.Headers.Count != distance) return false;
        if (!PartsFrom(proof, first, second)) return false;
        sequence = first.Sequence - 1;
        return first.IsSignedBy(read) && second.IsSignedBy(read);
    }

    private static bool PartsFrom(Evidence proof, SignedHead first, SignedHead second)
    {
        if (proof.Headers.Count == 0) return first.Hash != second.Hash;
        Hash256? previous = null;
        var sequence = first.Sequence;
        foreach (var bytes in proof.Headers)
        {
            if (!EntryHeaderFormat.TryRead(bytes.Span, out var header, out _) || header.Log != first.Log || header.Sequence != ++sequence) return false;
            if (previous is null ? header.PreviousHash == first.Hash : header.PreviousHash != previous) return false;
            previous = EntryHeaderFormat.Hash(bytes.Span);
        }

        return previous == second.Hash;
    }

    private static Evidence Begin(HeldLog log, SignedHead first, SignedHead second) => new()
    {
        Log = LogStates.Describe(log),
        FirstHead = UnsafeByteOperations.UnsafeWrap(first.Bytes),
        SecondHead = UnsafeByteOperations.UnsafeWrap(second.Bytes),
    };

    private void Freeze(HeldLog log, Evidence proof, ulong sequence, NodeId? except)
    {
        if (log.IsFrozen) return;
        log.Freeze();
        context.Metrics.Evidence.Add(1);
        context.Actions.Freeze(log, proof.ToByteArray());
        foreach (var peer in context.Peers.Values)
            if (peer.Node != except) context.Actions.Send(peer.Node, new Frame { Evidence = proof });
        if (log.IsWritable) OwnLogForked?.Invoke(log);
        else context.Logger.LogFrozen(log.Name, sequence);
    }
}
