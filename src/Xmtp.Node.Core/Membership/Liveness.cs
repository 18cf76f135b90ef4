using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>Notices links that are dead without being closed, and asks others whether they hear the node.</summary>
internal sealed class Liveness(MeshContext mesh, SessionTable sessions, PeerTable peers, LinkTable links)
{
    private readonly Dictionary<NodeId, Suspicion> _suspicions = [];
    private readonly List<PeerSession> _silent = [];
    private TimeSpan _lastTick = mesh.Now;

    /// <summary>Pings links and gives silent ones up.</summary>
    public void Tick()
    {
        var now = mesh.Now;
        if (now - _lastTick > MeshLimits.TickMax) ForgiveSilence(now - _lastTick, now);
        _lastTick = now;
        _silent.Clear();
        foreach (var session in links.Up.Values)
        {
            if (now - session.LastHeard >= MeshLimits.SilenceMax) _silent.Add(session);
            else if (session.NextPing <= now) Ping(session, now);
        }

        foreach (var session in _silent) Suspect(session);
        Judge(now);
    }

    /// <summary>Answers whether this node hears another.</summary>
    public void Probed(PeerSession session, Probe probe)
    {
        if (probe.Node.Length != Hash256.Length) return;
        // Heard lately: a node that is gone is about to fall silent here too.
        var isConnected = links.Up.TryGetValue(new NodeId(new Hash256(probe.Node.Span)), out var link) && mesh.Now - link.LastHeard < MeshLimits.SilenceMax / 2;
        mesh.Actions.Send(session.Id, new Frame { ProbeResult = new ProbeResult { Node = probe.Node, Connected = isConnected } });
    }

    /// <summary>Takes an answer.</summary>
    public void Answered(PeerSession session, ProbeResult result)
    {
        if (result.Node.Length != Hash256.Length) return;
        if (_suspicions.TryGetValue(new NodeId(new Hash256(result.Node.Span)), out var suspicion) && suspicion.Awaited.Remove(session.Node) && result.Connected) suspicion.Seen++;
    }

    private void Ping(PeerSession session, TimeSpan now)
    {
        session.NextPing = now + MeshLimits.PingInterval;
        mesh.Actions.Send(session.Id, new Frame { Ping = new Ping { Nonce = (ulong)mesh.Random.NextInt64() } });
    }

    /// <summary>Whatever came while this process stood still waits to be read; so silence is counted from now.</summary>
    private void ForgiveSilence(TimeSpan pause, TimeSpan now)
    {
        mesh.Logger.StoodStill(pause.TotalSeconds);
        foreach (var session in sessions.All)
        {
            session.LastHeard = now;
            session.Deadline += pause;
            session.RivalUntil += pause;
        }
    }

    private void Suspect(PeerSession session)
    {
        if (peers.Find(session.Node) is not { } peer) return;
        peer.IsSuspect = true;
        var asked = links.Up.Values.Where(other => other != session && mesh.Now - other.LastHeard < MeshLimits.SilenceMax).ToArray();
        mesh.Random.Shuffle(asked);
        asked = asked[..Math.Min(asked.Length, MeshLimits.ProbesPerSuspicion)];
        _suspicions[peer.Id] = new Suspicion(asked.Length, [.. asked.Select(static other => other.Node)], mesh.Now + MeshLimits.ProbePatience);
        var probe = new Frame { Probe = new Probe { Node = ByteString.CopyFrom(peer.Id.Hash.ToArray()) } };
        foreach (var other in asked) mesh.Actions.Send(other.Id, probe);
        links.Close(session, $"nothing was heard for {MeshLimits.SilenceMax.TotalSeconds:0} s", SessionEnd.Failure);
    }

    private void Judge(TimeSpan now)
    {
        if (_suspicions.Count == 0) return;
        foreach (var (node, suspicion) in _suspicions.Where(pair => pair.Value.Awaited.Count == 0 || pair.Value.Until <= now).ToArray())
        {
            _suspicions.Remove(node);
            if (suspicion.Seen > 0) mesh.Logger.NodeSilentHere(node.ToShortString(), suspicion.Asked, suspicion.Seen);
            else mesh.Logger.NodeSilent(node.ToShortString(), suspicion.Asked);
        }
    }

    /// <summary>A question about a silent node.</summary>
    private sealed class Suspicion(int asked, HashSet<NodeId> awaited, TimeSpan until)
    {
        public int Asked => asked;

        public HashSet<NodeId> Awaited => awaited;

        public TimeSpan Until => until;

        public int Seen { get; set; }
    }
}
