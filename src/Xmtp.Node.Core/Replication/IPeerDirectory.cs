using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Membership;

namespace Xmtp.Node.Core.Replication;

/// <summary>What replication asks of membership.</summary>
internal interface IPeerDirectory
{
    /// <summary>Nodes that belong to the network now, linked or not, without this one.</summary>
    IEnumerable<NodeId> Members { get; }

    /// <summary>Whether nothing of a node is taken.</summary>
    bool IsDenied(NodeId node);

    /// <summary>How much of a node's log is taken in a second.</summary>
    NodeQuota QuotaOf(NodeId node);
}
