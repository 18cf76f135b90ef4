using Xmtp.Node.Core.Keys;

namespace Xmtp.Node.Core.Network;

/// <summary>How a node takes part in its network.</summary>
public sealed record NetworkOptions
{
    /// <summary>Name of the network; nodes of another name are refused.</summary>
    public string Network { get; init; } = "xmtp-local";

    /// <summary>Addresses, <c>host:port</c>, of which any one that answers is enough to join.</summary>
    public IReadOnlyList<string> Bootstrap { get; init; } = [];

    /// <summary>Where other nodes dial this one, <c>host:port</c>.</summary>
    public string NodeEndpoint { get; init; } = string.Empty;

    /// <summary>Where clients dial for gRPC; empty for nowhere.</summary>
    public string GrpcEndpoint { get; init; } = string.Empty;

    /// <summary>Where clients dial for gRPC-Web.</summary>
    public string GrpcWebEndpoint { get; init; } = string.Empty;

    /// <summary>Where clients dial for HTTP/JSON.</summary>
    public string HttpEndpoint { get; init; } = string.Empty;

    /// <summary>A label for where the node stands.</summary>
    public string Region { get; init; } = string.Empty;

    /// <summary>Nodes that may join; null for all. Those listed have no quota.</summary>
    public IReadOnlySet<NodeId>? Allowed { get; init; }

    /// <summary>Nodes that may not join, whatever else holds.</summary>
    public IReadOnlySet<NodeId> Denied { get; init; } = new HashSet<NodeId>();

    /// <summary>Nodes that this operator trusts: they have no quota.</summary>
    public IReadOnlySet<NodeId> Trusted { get; init; } = new HashSet<NodeId>();

    /// <summary>Whether nodes that are neither allowed by name nor trusted have a quota that grows with their age.</summary>
    public bool Quotas { get; init; } = true;

    /// <summary>Zero bits that a node's admission proof must have.</summary>
    public int AdmissionBits { get; init; }

    /// <summary>How long a starting node asks its peers about its own log before it begins a new one.</summary>
    public TimeSpan RollbackGuardPatience { get; init; } = TimeSpan.FromSeconds(5);
}
