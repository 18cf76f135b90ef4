using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Nodes;

/// <summary>A node as another one describes it. The record is well-formed; whether its signature holds is said beside it.</summary>
/// <param name="Key">Its public key.</param>
/// <param name="Record">What the record says.</param>
/// <param name="Signed">The record as it came.</param>
/// <param name="IsSigned">Whether the node itself signed it.</param>
/// <param name="Link">How the answering node stands with it.</param>
/// <param name="LastSeenNs">When the answering node last heard from it; 0 for never.</param>
internal sealed record KnownNode(NodePublicKey Key, NodeRecord Record, SignedRecord Signed, bool IsSigned, LinkState Link, long LastSeenNs)
{
    /// <summary>Who it is.</summary>
    public NodeId Id => Key.Id;

    /// <summary>Its name for people.</summary>
    public string Name => Id.ToShortString();
}
