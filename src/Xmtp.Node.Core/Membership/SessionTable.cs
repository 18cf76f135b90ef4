using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>All open connections, by number and by node.</summary>
internal sealed class SessionTable(MeshContext mesh)
{
    private readonly Dictionary<SessionId, PeerSession> _sessions = [];
    private readonly Dictionary<NodeId, List<PeerSession>> _byNode = [];
    private long _order;

    /// <summary>In no particular order.</summary>
    public IReadOnlyCollection<PeerSession> All => _sessions.Values;

    /// <summary>Connections that did not say who they are yet.</summary>
    public int SilentCount { get; private set; }

    /// <summary>Those with one node, oldest first.</summary>
    public IReadOnlyList<PeerSession> Of(NodeId node) => _byNode.TryGetValue(node, out var sessions) ? sessions : [];

    public PeerSession? Find(SessionId id) => _sessions.GetValueOrDefault(id);

    /// <summary>Takes a new one.</summary>
    public PeerSession Add(SessionId id, NodePublicKey remote, bool isOutbound, string remoteAddress, DialTarget? target)
    {
        var session = new PeerSession(id, remote, isOutbound, remoteAddress, ++_order, mesh.Now) { Target = target };
        _sessions.Add(id, session);
        target?.Session = session;
        if (!_byNode.TryGetValue(remote.Id, out var sessions)) _byNode.Add(remote.Id, sessions = []);
        sessions.Add(session);
        SilentCount++;
        return session;
    }

    /// <summary>Notes whose Hello came.</summary>
    public void Greet(PeerSession session, Hello hello, NodeInstance instance)
    {
        (session.Hello, session.Instance) = (hello, instance);
        SilentCount--;
    }

    /// <summary>Forgets one that is over.</summary>
    /// <returns>False when it was forgotten before.</returns>
    public bool Remove(PeerSession session)
    {
        if (!_sessions.Remove(session.Id)) return false;
        var sessions = _byNode[session.Node];
        sessions.Remove(session);
        if (sessions.Count == 0) _byNode.Remove(session.Node);
        if (!session.IsGreeted) SilentCount--;
        session.Target?.Session = null;
        return true;
    }
}
