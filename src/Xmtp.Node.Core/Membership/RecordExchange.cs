using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>
/// Spreads records: what is new goes to all links but those it came from (in a large network, to many of them), and a hash over
/// everything is compared with a random link now and then, which finds what was missed.
/// </summary>
internal sealed class RecordExchange(MeshContext mesh, OwnRecord own, PeerTable peers, RecordIntake intake, LinkTable links, Dialer dialer)
{
    private readonly Dictionary<NodeId, Relay> _relays = [];
    private readonly HashSet<NodeId> _conflicts = [];
    private TimeSpan _nextDigest = mesh.Now + mesh.Jitter(MeshLimits.DigestInterval);
    private TimeSpan _nextJump;

    /// <summary>Takes one record.</summary>
    /// <param name="signed">The record.</param>
    /// <param name="session">Who sent it; null for what was saved.</param>
    /// <param name="isOfSender">Whether it must be the sender's own.</param>
    public RecordVerdict Learn(SignedRecord? signed, PeerSession? session, bool isOfSender = false)
    {
        var verdict = intake.Take(signed, session, isOfSender);
        switch (verdict.Outcome)
        {
            case RecordOutcome.Held:
                if (session is not null && _relays.TryGetValue(verdict.Node, out var relay) && relay.Record.Record.Equals(signed!.Record)) relay.KnownTo.Add(session.Node);
                break;
            case RecordOutcome.Added or RecordOutcome.Changed:
                Applied(verdict, session);
                break;
            case RecordOutcome.Left:
                Pass(verdict.Node, verdict.Record!.Signed, session);
                Gone(verdict.Record.Signed, verdict.Node);
                break;
            case RecordOutcome.Own:
                OwnSeen(verdict.Record!, isSaved: session is null);
                break;
            case RecordOutcome.Conflict:
                if (_conflicts.Count < MeshLimits.RecordsMax && _conflicts.Add(verdict.Node)) mesh.Logger.RecordConflict(verdict.Node.ToShortString(), verdict.Record!.Counter);
                break;
            case RecordOutcome.NotTaken:
                mesh.Logger.RecordNotTaken(verdict.Node.ToShortString(), verdict.Problem);
                break;
        }

        return verdict;
    }

    /// <summary>Takes a frame of records.</summary>
    /// <returns>Why its sender is cut off; null when it is not.</returns>
    public string? Receive(PeerSession session, Records records)
    {
        foreach (var signed in records.Records_)
        {
            var verdict = Learn(signed, session);
            if (verdict.Outcome is RecordOutcome.Forged or RecordOutcome.TooMany) return $"it sent a record that is not acceptable: {verdict.Problem}";
            // The record may have been the sender's farewell.
            if (!session.IsGreeted || peers.Find(session.Node) is null) break;
        }

        return null;
    }

    /// <summary>Takes the hash of another node's records.</summary>
    public void Receive(PeerSession session, RecordsDigest digest)
    {
        var isAnswer = session.DigestSentAt is { } at && mesh.Now - at < MeshLimits.AllRecordsInterval;
        session.DigestSentAt = null;
        if (digest.Hash.Equals(peers.Digest())) return;
        if (session.AllRecordsSentAt is { } last && mesh.Now - last < MeshLimits.AllRecordsInterval) return;
        session.AllRecordsSentAt = mesh.Now;
        Send(session, peers.AllSigned());
        // So that the other side sends what it has and we lack. Its answer is not answered.
        if (!isAnswer) mesh.Actions.Send(session.Id, Digest());
    }

    /// <summary>A new link: who has few may have just come, and asks at once.</summary>
    public void CameUp(PeerSession session)
    {
        // The node's clock went back, or its memory: it learns here how far its counter must rise.
        if (peers.Find(session.Node) is { } peer && !peer.Record.Signed.Record.Equals(session.Hello!.Record.Record)) Send(session, [peer.Record.Signed]);
        if (links.Up.Count <= MeshLimits.LinksOfANewcomer) Compare(session);
    }

    /// <summary>Tells a node that came back with which record it left: its counter has to rise above.</summary>
    public void SendFarewell(PeerSession session)
    {
        if (peers.Farewell(session.Node) is { } farewell) Send(session, [farewell]);
    }

    /// <summary>Tells a node, or another process that has its key, what record it is known by here.</summary>
    public void SendRecordOf(NodeId node, PeerSession session)
    {
        if (peers.Find(node) is { } peer) Send(session, [peer.Record.Signed]);
    }

    /// <summary>A node said good-bye without a record.</summary>
    public void Left(NodeId node)
    {
        if (peers.Find(node) is not { } peer) return;
        peers.SetLeft(node, peer.Record.Counter, record: null);
        Gone(peer.Record.Signed, node);
    }

    /// <summary>Signs this node's record anew and passes it on.</summary>
    public void Renew(ulong above = 0)
    {
        own.Renew(above);
        peers.Changed();
        Pass(mesh.OwnId, own.Current.Signed, session: null);
        mesh.Actions.PeerChanged(new PeerStatus { Record = own.Current.Signed, Link = LinkState.Self, LastSeenNs = mesh.UtcNs }, removed: false);
    }

    /// <summary>Drops nodes whose record ran out.</summary>
    public void DropExpired()
    {
        foreach (var peer in peers.TakeExpired())
        {
            peers.Remove(peer);
            mesh.Logger.NodeExpired(peer.Id.ToShortString());
            mesh.Actions.PeerChanged(new PeerStatus { Record = peer.Record.Signed, Link = LinkState.Disconnected, LastSeenNs = peer.LastSeenNs }, removed: true);
            links.CloseAll(peer.Id, "the node's record ran out");
        }
    }

    /// <summary>Drops a member that is not admitted here any more. What others do is their business.</summary>
    public void Expel(NodeId node)
    {
        if (peers.Find(node) is not { } peer) return;
        peers.Remove(peer);
        mesh.Logger.NodeExpelled(node.ToShortString());
        mesh.Actions.PeerChanged(new PeerStatus { Record = peer.Record.Signed, Link = LinkState.Disconnected, LastSeenNs = peer.LastSeenNs }, removed: true);
        links.CloseAll(node, "it is not admitted here any more");
    }

    /// <summary>Passes on what changed, and compares with a random link when it is time.</summary>
    public void Tick()
    {
        if (own.IsDue) Renew();
        Flush();
        if (mesh.Now < _nextDigest) return;
        _nextDigest = mesh.Now + (MeshLimits.DigestInterval * (0.75 + (0.5 * mesh.Random.NextDouble())));
        if (links.Up.Count > 0) Compare(links.Up.Values.ElementAt(mesh.Random.Next(links.Up.Count)));
    }

    private void Applied(RecordVerdict verdict, PeerSession? session)
    {
        var peer = peers.Find(verdict.Node)!;
        // Whoever signs anew is alive: what failed before does not count.
        if (verdict.Outcome == RecordOutcome.Changed && peer.Link is null) peer.Dial.Reset();
        if (verdict.Outcome == RecordOutcome.Added && session is not null) mesh.Logger.NodeAdded(verdict.Node.ToShortString(), peer.Record.Record.NodeEndpoint);
        Pass(verdict.Node, verdict.Record!.Signed, session);
        mesh.Actions.PeerChanged(peer.ToStatus(mesh), removed: false);
    }

    private void Gone(SignedRecord record, NodeId node)
    {
        mesh.Logger.NodeLeft(node.ToShortString());
        mesh.Actions.PeerChanged(new PeerStatus { Record = record, Link = LinkState.Disconnected, LastSeenNs = mesh.UtcNs }, removed: true);
        links.CloseAll(node, "the node left");
    }

    /// <summary>After a restore from an old copy, or with a twin. The counter jumps, but not again and again: a twin would do the same.</summary>
    private void OwnSeen(KnownRecord record, bool isSaved)
    {
        if (mesh.Now < _nextJump) return;
        _nextJump = mesh.Now + MeshLimits.CounterJumpInterval;
        Renew(record.Counter);
        // From before this start: what the process before left behind.
        if (isSaved || record.Record.IssuedNs < mesh.Instance.StartedNs) return;
        mesh.Logger.OwnCounterPassed(record.Record.NodeEndpoint, own.Current.Counter);
        dialer.DialTwin(record.Record.NodeEndpoint);
    }

    private void Pass(NodeId node, SignedRecord record, PeerSession? session)
    {
        // To the node itself too: that is how it hears of another process that has its key.
        var relay = new Relay(record, []);
        if (session is not null) relay.KnownTo.Add(session.Node);
        _relays[node] = relay;
    }

    private void Flush()
    {
        if (_relays.Count == 0) return;
        // Everyone who hears of a record passes it on as well, so that a part of the links reaches all of a large network; without
        // this bound each record would cross every link of the mesh.
        var targets = links.Up.Values.ToArray();
        if (targets.Length > MeshLimits.RelayLinksMax)
        {
            mesh.Random.Shuffle(targets);
            targets = targets[..MeshLimits.RelayLinksMax];
        }

        foreach (var link in targets) Send(link, _relays.Values.Where(relay => !relay.KnownTo.Contains(link.Node)).Select(static relay => relay.Record));
        _relays.Clear();
    }

    private void Send(PeerSession session, IEnumerable<SignedRecord> records)
    {
        foreach (var chunk in records.Chunk(MeshLimits.RecordsPerFrame)) mesh.Actions.Send(session.Id, new Frame { Records = new Records { Records_ = { chunk } } });
    }

    private void Compare(PeerSession session)
    {
        session.DigestSentAt = mesh.Now;
        mesh.Actions.Send(session.Id, Digest());
    }

    private Frame Digest() => new() { RecordsDigest = new RecordsDigest { Hash = peers.Digest() } };

    /// <summary>A record on its way to all links.</summary>
    private sealed record Relay(SignedRecord Record, HashSet<NodeId> KnownTo);
}
