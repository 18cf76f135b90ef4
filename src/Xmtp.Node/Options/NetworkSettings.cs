using Xmtp.Node.Core.Keys;

namespace Xmtp.Node.Options;

/// <summary>How a node takes part in a network of nodes.</summary>
public sealed record NetworkSettings
{
    /// <summary>Name of the network; nodes of another name are refused.</summary>
    public string Name { get; init; } = "xmtp-local";

    /// <summary>Node ports, <c>host:port</c>, of which any one that answers is enough to join.</summary>
    public IReadOnlyList<string> Bootstrap { get; init; } = [];

    /// <summary>Where other nodes reach this one: a host, or <c>host:port</c>; null for what the listen address tells.</summary>
    public string? Advertise { get; init; }

    /// <summary>Where clients reach gRPC; null for the advertised host and the port of this machine.</summary>
    public string? AdvertiseGrpc { get; init; }

    /// <summary>Where clients reach gRPC-Web.</summary>
    public string? AdvertiseGrpcWeb { get; init; }

    /// <summary>Where clients reach the HTTP/JSON gateway.</summary>
    public string? AdvertiseHttp { get; init; }

    /// <summary>A label for where the node stands.</summary>
    public string Region { get; init; } = string.Empty;

    /// <summary>File of node ids, one a line, that alone may join, and that have no quota; null for all.</summary>
    public string? AllowListFile { get; init; }

    /// <summary>File of node ids, one a line, that may not join.</summary>
    public string? DenyListFile { get; init; }

    /// <summary>Nodes that have no quota.</summary>
    public IReadOnlyList<NodeId> TrustedNodes { get; init; } = [];

    /// <summary>Whether other nodes may add only so much to this one's store, more as they grow older.</summary>
    public bool Quotas { get; init; } = true;

    /// <summary>Whether anybody may read the picture of the network on the HTTP port.</summary>
    public bool Picture { get; init; } = true;

    /// <summary>Zero bits that the proof of work in each node's record must have. All nodes of a network set the same.</summary>
    public int AdmissionBits { get; init; }
}
