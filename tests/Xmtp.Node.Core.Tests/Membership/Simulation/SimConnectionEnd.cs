using Xmtp.Node.Core.Membership;

namespace Xmtp.Node.Core.Tests.Membership.Simulation;

/// <summary>One side of a connection between two simulated nodes.</summary>
internal sealed class SimConnectionEnd(SimNode node, SessionId id)
{
    public SimNode Node => node;

    public SessionId Id => id;

    public SimConnectionEnd Other { get; set; } = null!;

    /// <summary>Whether the node was told of it, and it is not over for the node.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Closed by either side before the node was told of it.</summary>
    public bool IsOver { get; set; }

    /// <summary>Nothing that this end sends arrives any more, not even its end.</summary>
    public bool IsMute { get; set; }

    /// <summary>Frames arrive in order.</summary>
    public TimeSpan LastArrival { get; set; }
}
