using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>A node's record whose signature holds.</summary>
internal sealed class KnownRecord(SignedRecord signed, NodeRecord record, NodePublicKey key)
{
    /// <summary>As it travels. Shared, never changed.</summary>
    public SignedRecord Signed => signed;

    /// <summary>What it says. Shared, never changed.</summary>
    public NodeRecord Record => record;

    /// <summary>Whose it is.</summary>
    public NodePublicKey Key => key;

    public NodeId Id => key.Id;

    public ulong Counter => record.Counter;

    /// <summary>Whether this software and the node's have a protocol in common.</summary>
    public bool SpeaksOurProtocol => record.ProtocolMin <= MeshLimits.ProtocolMax && record.ProtocolMax >= MeshLimits.ProtocolMin;

    public override string ToString() => $"{Id.ToShortString()}#{Counter}";
}
