using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>
/// Makes one link of the connections with a node. Both sides must choose the same, whatever order things come in:
/// <list type="bullet">
/// <item>A connection becomes the link when both sides want it. Each says so by a frame after Hello, and says nothing before.</item>
/// <item>A dialler that has another connection under way drops the new one before its Hello. So two connections dialled by one
/// side mean that it gave the older one up, and the later counts.</item>
/// <item>Of two dialled by different sides, that of the lower id counts. The other waits until it answers or is given up.</item>
/// </list>
/// </summary>
internal sealed class LinkTable(MeshContext mesh, SessionTable sessions, PeerTable peers, Dialer dialer)
{
    private readonly Dictionary<NodeId, PeerSession> _up = [];

    /// <summary>All links.</summary>
    public IReadOnlyDictionary<NodeId, PeerSession> Up => _up;

    /// <summary>Told of each new link.</summary>
    public Action<PeerSession> CameUp { get; set; } = static _ => { };

    /// <summary>Whether a connection that this side dialled is of use before it says Hello.</summary>
    public bool IsNeeded(PeerSession dialled) => sessions.Of(dialled.Node).All(other => other == dialled || (!other.IsOutbound && !other.IsEndorsed));

    /// <summary>Their Hello came and was accepted.</summary>
    public void Greeted(PeerSession session)
    {
        YieldTo(session);
        if (BetterThan(session) is { } better) Wait(session, better);
        else Endorse(session);
    }

    /// <summary>A frame after Hello came.</summary>
    public void Heard(PeerSession session)
    {
        session.IsConfirmed = true;
        YieldTo(session);
        if (session is { IsUp: false, IsEndorsed: true }) Promote(session);
    }

    /// <summary>Ends a connection.</summary>
    public void Close(PeerSession session, string reason, SessionEnd end)
    {
        if (!sessions.Remove(session)) return;
        mesh.Actions.Send(session.Id, new Frame { Bye = new Bye { Reason = reason } });
        mesh.Actions.Close(session.Id, reason);
        AfterEnd(session, reason, end);
    }

    /// <summary>Ends all connections with a node that is no member any more.</summary>
    public void CloseAll(NodeId node, string reason)
    {
        foreach (var session in sessions.Of(node).ToArray()) Close(session, reason, SessionEnd.Refusal);
    }

    /// <summary>A connection ended.</summary>
    public void Ended(PeerSession session, string reason, SessionEnd end)
    {
        if (sessions.Remove(session)) AfterEnd(session, reason, end);
    }

    /// <summary>Gives up connections that do not become links, and those that others have waited for long enough.</summary>
    public void Tick()
    {
        var now = mesh.Now;
        foreach (var session in sessions.All.Where(session => !session.IsUp && (session.Deadline <= now || session.RivalUntil <= now)).ToArray())
        {
            if (sessions.Find(session.Id) != session) continue;
            if (session.RivalUntil <= now) TakeOver(session);
            else Close(session, session.IsGreeted ? "it does not hear this node" : "it did not say Hello", SessionEnd.Failure);
        }
    }

    private bool IsBetter(PeerSession session, PeerSession than)
    {
        // The lower id's dial: both sides see the same.
        var isPreferred = session.IsOutbound == mesh.OwnId < session.Node;
        var isOtherPreferred = than.IsOutbound == mesh.OwnId < than.Node;
        return isPreferred != isOtherPreferred ? isPreferred : session.Order > than.Order;
    }

    /// <summary>A better connection that has answered, or that this side has begun and the other may be answering.</summary>
    private PeerSession? BetterThan(PeerSession session) =>
        sessions.Of(session.Node).FirstOrDefault(other => other != session && IsBetter(other, session) && (other.IsGreeted || other.IsOutbound));

    private void Wait(PeerSession session, PeerSession better)
    {
        session.RivalUntil = mesh.Now + MeshLimits.RivalPatience;
        session.Deadline = session.RivalUntil.Value + MeshLimits.HelloPatience;
        if (better.IsGreeted) mesh.Actions.Send(better.Id, Ping());
    }

    /// <summary>A connection has shown life: those that waited for it are not needed.</summary>
    private void YieldTo(PeerSession session)
    {
        var all = sessions.Of(session.Node);
        if (all.Count == 1) return;
        foreach (var other in all.Where(other => other.RivalUntil is not null && IsBetter(session, other)).ToArray())
            Close(other, "another connection is kept", SessionEnd.Duplicate);
    }

    /// <summary>The better connections had their time.</summary>
    private void TakeOver(PeerSession session)
    {
        session.RivalUntil = null;
        while (BetterThan(session) is { } better) Close(better, "it did not answer", SessionEnd.Failure);
        if (sessions.Find(session.Id) == session && !session.IsEndorsed) Endorse(session);
    }

    private void Endorse(PeerSession session)
    {
        (session.IsEndorsed, session.RivalUntil) = (true, null);
        session.Deadline = mesh.Now + MeshLimits.HelloPatience;
        session.NextPing = mesh.Now + (MeshLimits.PingInterval / 2) + mesh.Jitter(MeshLimits.PingInterval / 2);
        mesh.Actions.Send(session.Id, Ping());
        if (session.IsConfirmed) Promote(session);
    }

    private void Promote(PeerSession session)
    {
        if (peers.Find(session.Node) is not { } peer) return;
        foreach (var other in sessions.Of(session.Node).Where(other => other != session && (other.IsUp || !IsBetter(other, session))).ToArray())
            Close(other, "another connection is kept", SessionEnd.Duplicate);
        if (sessions.Find(session.Id) != session || session.IsUp) return;

        (session.IsUp, session.UpSince, session.RivalUntil) = (true, mesh.Now, null);
        peer.SetLink(session, mesh.Now);
        _up[session.Node] = session;
        if (session.Target is { } target) (target.IsDone, target.IsSelf) = (true, false);
        mesh.Logger.LinkUp(session.Node.ToShortString(), session.RemoteAddress, _up.Count);
        mesh.Actions.LinkUp(session.Node, session.Hello!);
        mesh.Actions.PeerChanged(peer.ToStatus(mesh), removed: false);
        CameUp(session);
    }

    private void AfterEnd(PeerSession session, string reason, SessionEnd end)
    {
        if (session.IsUp) Down(session, reason, end);
        else if (session.Target is { } target) Settle(target, session, reason, end);
        foreach (var waiting in sessions.Of(session.Node).Where(static other => other.RivalUntil is not null).ToArray())
        {
            if (sessions.Find(waiting.Id) == waiting && BetterThan(waiting) is null) Endorse(waiting);
        }
    }

    private void Settle(DialTarget target, PeerSession session, string reason, SessionEnd end)
    {
        if (end == SessionEnd.Duplicate) target.IsDone |= _up.ContainsKey(session.Node);
        else if (end == SessionEnd.Refusal) target.Refuse(mesh);
        else dialer.Failed(target, reason);
    }

    private void Down(PeerSession session, string reason, SessionEnd end)
    {
        session.IsUp = false;
        _up.Remove(session.Node);
        mesh.Logger.LinkDown(session.Node.ToShortString(), session.RemoteAddress, reason, _up.Count);
        mesh.Actions.LinkDown(session.Node);
        if (peers.Find(session.Node) is not { } peer) return;
        peer.ClearLink(mesh.Now);
        peer.LastSeenNs = mesh.UtcNs - (long)(mesh.Now - session.LastHeard).TotalNanoseconds;
        if (end == SessionEnd.Refusal) peer.Dial.Refuse(mesh);
        else if (end == SessionEnd.Failure) dialer.LinkLost(peer, mesh.Now - session.UpSince);
        mesh.Actions.PeerChanged(peer.ToStatus(mesh), removed: false);
    }

    private Frame Ping() => new() { Ping = new Ping { Nonce = (ulong)mesh.Random.NextInt64() } };
}
