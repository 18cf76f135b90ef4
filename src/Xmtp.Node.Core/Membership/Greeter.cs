using Google.Protobuf;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>Says Hello, and judges that of others.</summary>
internal sealed class Greeter(MeshContext mesh, OwnRecord own, AdmissionPolicy policy, SessionTable sessions, PeerTable peers, LinkTable links, RecordExchange records)
{
    /// <summary>What the replication side adds: the hash of its vector, and the bytes it takes.</summary>
    public Func<(Hash256 VectorHash, ulong Credit)> Content { get; set; } = static () => default;

    /// <summary>This node's Hello.</summary>
    public Frame Create()
    {
        var (vectorHash, credit) = Content();
        return new Frame
        {
            Hello = new Hello
            {
                Network = mesh.Options.Network,
                Record = own.Current.Signed,
                Instance = mesh.Instance.ToByteString(),
                StartedNs = mesh.Instance.StartedNs,
                VectorHash = ByteString.CopyFrom(vectorHash.ToArray()),
                Credit = credit,
            },
        };
    }

    /// <summary>Takes another node's Hello.</summary>
    /// <returns>Why the node is refused; null when it is not.</returns>
    public string? Receive(PeerSession session, Hello hello)
    {
        if (hello.Network != mesh.Options.Network) return $"it is of network '{EndpointText.ToPrintable(hello.Network)}', not '{mesh.Options.Network}'";
        if (!NodeInstance.TryRead(hello.Instance, hello.StartedNs, out var instance)) return "its Hello is malformed";
        if (policy.IsDenied(session.Node)) return "it is not admitted here";
        var verdict = records.Learn(hello.Record, session, isOfSender: true);
        if (verdict.Outcome is not (RecordOutcome.Held or RecordOutcome.Added or RecordOutcome.Changed or RecordOutcome.Older or RecordOutcome.Conflict)) return verdict.Problem;
        if (peers.Find(session.Node) is not { } peer)
        {
            records.SendFarewell(session);
            return "it left the network, and its record is not newer than that";
        }

        if (!peer.Record.SpeaksOurProtocol) return $"it speaks protocols {peer.Record.Record.ProtocolMin} to {peer.Record.Record.ProtocolMax}, this node {MeshLimits.ProtocolMin} to {MeshLimits.ProtocolMax}";
        if (!session.IsOutbound && !peer.MayVisit(mesh.Now)) return "it connects too often";
        if (FullBlock(session, peer) is { } block) return $"the address block {block} has its {MeshLimits.NewNodesPerBlockMax} new nodes";
        if (ReplaceOlderProcess(session, instance.Value) is { } problem)
        {
            // The older process has no link by which it could hear of the other.
            records.SendRecordOf(session.Node, session);
            return problem;
        }

        sessions.Greet(session, hello, instance.Value);
        return null;
    }

    /// <summary>The block a stranger comes from, if it has enough of them. An address in a record may be a pretext; this one is not.</summary>
    private string? FullBlock(PeerSession session, Peer peer)
    {
        if (!policy.HasQuota(peer.Id) || peer.IsKnown(mesh.Now) || AddressBlock.Of(session.RemoteAddress) is not { } block) return null;
        var count = links.Up.Values.Count(link => link.Node != peer.Id && policy.HasQuota(link.Node)
            && AddressBlock.Of(link.RemoteAddress) == block && peers.Find(link.Node)?.IsKnown(mesh.Now) == false);
        return count >= MeshLimits.NewNodesPerBlockMax ? block : null;
    }

    /// <summary>A node that was started again need not wait until its old connection is noticed to be dead.</summary>
    private string? ReplaceOlderProcess(PeerSession session, NodeInstance instance)
    {
        foreach (var other in sessions.Of(session.Node).Where(other => other != session && other.IsGreeted && other.Instance != instance).ToArray())
        {
            if (instance.CompareTo(other.Instance) < 0) return "a process of this node that started later is connected";
            links.Close(other, "a process of this node that started later has connected", SessionEnd.Duplicate);
        }

        return null;
    }
}
