using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Membership;

namespace Xmtp.Simulation.Network;

/// <summary>One end of a connection, with what it sent and the other end has not got yet.</summary>
internal sealed class SimEnd(INetworkHost host, SessionId id, bool isOutbound, string? dialledAddress)
{
    public INetworkHost Host => host;

    public SessionId Id => id;

    public bool IsOutbound => isOutbound;

    public string? DialledAddress => dialledAddress;

    public SimEnd Peer { get; set; } = null!;

    public NodePublicKey RemoteKey => Peer.Host.PublicKey;

    public string RemoteAddress => Peer.Host.Address;

    /// <summary>Frames on the way and when each arrives; null is the end of the stream.</summary>
    public Queue<(long Due, byte[]? Frame)> Sent { get; } = new();

    public long SentBytes { get; set; }

    public long LastDue { get; set; }

    /// <summary>Whether an event for the first of <see cref="Sent"/> is waiting.</summary>
    public bool IsPumping { get; set; }

    /// <summary>Whether this end neither closed the connection nor was told that it is over.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>Whether the connection is gone, whether or not this end knows.</summary>
    public bool IsBroken { get; set; }
}
