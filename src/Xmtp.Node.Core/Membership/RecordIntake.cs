using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>Judges records from outside, cheapest first; the signature comes last, and only for what would be taken.</summary>
internal sealed class RecordIntake(MeshContext mesh, OwnRecord own, AdmissionPolicy policy, PeerTable peers, RecordSigner signerOf, int recordsMax = MeshLimits.RecordsMax)
{
    /// <summary>Takes a record into the table, or says why not.</summary>
    /// <param name="signed">The record.</param>
    /// <param name="session">Who sent it; null for what was saved.</param>
    /// <param name="isOfSender">Whether it must be the sender's own, as in a Hello.</param>
    public RecordVerdict Take(SignedRecord? signed, PeerSession? session, bool isOfSender)
    {
        if (signed is not null && peers.Held(signed) is { } held && !(isOfSender && held.Id != session!.Node)) return new(RecordOutcome.Held, held.Id);
        if (!RecordShape.TryRead(signed, out var record, out var node, out var problem)) return new(RecordOutcome.Malformed, node, Problem: problem);
        if (isOfSender && node != session!.Node) return new(RecordOutcome.Malformed, node, Problem: "the record is of another node");

        var peer = peers.Find(node);
        var current = node == mesh.OwnId ? own.Current : peer?.Record;
        if (record.Counter < current?.Counter || record.Counter <= peers.LeftWith(node)) return new(RecordOutcome.Older, node);
        if (record.Counter == current?.Counter && signed!.Record.Equals(current.Signed.Record)) return new(RecordOutcome.Held, node);
        if (Refusal(record, node, peer, isOfSender) is { } refusal) return new(RecordOutcome.NotTaken, node, Problem: refusal);
        if (session?.Allowance.TrySpendCheck(mesh.Now) == false) return new(RecordOutcome.TooMany, node, Problem: "too many records");

        if (signerOf(signed!, record, current?.Key ?? (isOfSender ? session!.RemoteKey : null)) is not { } key) return new(RecordOutcome.Forged, node, Problem: "the signature of the record does not hold");

        var known = new KnownRecord(signed!, record, key);
        if (node == mesh.OwnId) return new(RecordOutcome.Own, node, known);
        if (record.Counter == current?.Counter) return new(RecordOutcome.Conflict, node, known, "another record with the same counter is known");
        return Store(known, peer);
    }

    private RecordVerdict Store(KnownRecord known, Peer? peer)
    {
        // Judged after the signature, so that nobody but the node itself can use this up.
        if (peer?.MayChange(mesh.Now) == false) return new(RecordOutcome.NotTaken, known.Id, Problem: "the node changes its record too often");
        if (known.Record.Leaving)
        {
            peers.SetLeft(known.Id, known.Counter, known.Signed);
            return new(RecordOutcome.Left, known.Id, known, "the record says good-bye");
        }

        peers.Set(known);
        return new(peer is null ? RecordOutcome.Added : RecordOutcome.Changed, known.Id, known);
    }

    private string? Refusal(NodeRecord record, NodeId node, Peer? peer, bool isDirect)
    {
        if (record.Network != mesh.Options.Network) return $"the record is of network '{record.Network}', not '{mesh.Options.Network}'";
        // Of this node everything is of interest, from whatever time, and nothing is taken: its counter was used.
        if (node == mesh.OwnId) return null;
        if (OutOfTime(record) is { } problem) return problem;
        if (policy.Refusal(node, record) is { } refusal) return refusal;
        return record.Leaving ? null : NoRoom(record, node, peer, isDirect);
    }

    private string? OutOfTime(NodeRecord record)
    {
        var now = mesh.UtcNs;
        if (record.ExpiresNs <= now) return "the record has expired; if it is new, one of the two clocks is wrong";
        return record.IssuedNs > now + (MeshLimits.RecordLeadMax.Ticks * UnixTime.NanosecondsPerTick)
            ? $"the record is dated {(record.IssuedNs - now) / 1_000_000_000} s ahead; one of the two clocks is wrong"
            : null;
    }

    /// <summary>Strangers may not crowd out others: neither from one address block, nor with records of nodes that nobody ever reached.</summary>
    private string? NoRoom(NodeRecord record, NodeId node, Peer? peer, bool isDirect)
    {
        var hasQuota = policy.HasQuota(node);
        var block = hasQuota ? AddressBlock.Of(record.NodeEndpoint) : null;
        if (block is not null && (peer is null || AddressBlock.Of(peer.Record.Record.NodeEndpoint) != block)
            && peers.CountNewIn(block, policy) >= MeshLimits.NewNodesPerBlockMax) return $"the address block {block} has its {MeshLimits.NewNodesPerBlockMax} new nodes";
        if (peer is not null || !hasQuota) return null;
        // The last eighth is for nodes that come themselves.
        return peers.Count < (isDirect ? recordsMax : recordsMax - (recordsMax / 8)) ? null : "too many nodes are known already";
    }
}
