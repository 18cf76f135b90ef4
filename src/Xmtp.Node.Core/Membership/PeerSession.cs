using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>
/// One connection with another node. It is opened, then greeted (their Hello came and was accepted), then confirmed (anything
/// after it came, which nobody sends who has not had our Hello). One of the confirmed ones of a node is its link.
/// </summary>
internal sealed class PeerSession(SessionId id, NodePublicKey remote, bool isOutbound, string remoteAddress, long order, TimeSpan now)
{
    public SessionId Id => id;

    public NodePublicKey RemoteKey => remote;

    public NodeId Node => remote.Id;

    public bool IsOutbound => isOutbound;

    /// <summary>Where the other end is.</summary>
    public string RemoteAddress => remoteAddress;

    /// <summary>Larger for those opened later.</summary>
    public long Order => order;

    /// <summary>What was dialled; null when the other side dialled.</summary>
    public DialTarget? Target { get; init; }

    /// <summary>Their Hello.</summary>
    public Hello? Hello { get; set; }

    /// <summary>Their process, from the Hello.</summary>
    public NodeInstance Instance { get; set; }

    public bool IsGreeted => Hello is not null;

    /// <summary>Whether this side wants it as the link, and has said so by a frame after Hello.</summary>
    public bool IsEndorsed { get; set; }

    /// <summary>Whether the other side does.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>Whether it is the link.</summary>
    public bool IsUp { get; set; }

    /// <summary>When it became the link.</summary>
    public TimeSpan UpSince { get; set; }

    /// <summary>When a better connection that has not answered by then gives way to this one; null when there is none.</summary>
    public TimeSpan? RivalUntil { get; set; }

    /// <summary>When it is closed if it has not become the link.</summary>
    public TimeSpan Deadline { get; set; } = now + MeshLimits.HelloPatience;

    /// <summary>When the last frame came.</summary>
    public TimeSpan LastHeard { get; set; } = now;

    /// <summary>When the next ping goes out.</summary>
    public TimeSpan NextPing { get; set; }

    /// <summary>When a comparison of records was asked for.</summary>
    public TimeSpan? DigestSentAt { get; set; }

    /// <summary>When all records were sent.</summary>
    public TimeSpan? AllRecordsSentAt { get; set; }

    /// <summary>What the other side may ask of this one.</summary>
    public SessionAllowance Allowance { get; } = new();

    public override string ToString() => $"{Node.ToShortString()} at {remoteAddress}";
}
