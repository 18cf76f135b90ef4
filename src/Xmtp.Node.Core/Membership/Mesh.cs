using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Network;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>
/// Who is in the network, and a link with each of them. A state machine: it is told what happened and answers by
/// <see cref="IMeshActions"/>; it does nothing on its own, waits for nothing, and one owner calls it. The same events, clock and
/// dice give the same actions.
/// </summary>
internal sealed class Mesh
{
    private readonly MeshContext _mesh;
    private readonly OwnRecord _own;
    private readonly AdmissionPolicy _policy;
    private readonly PeerTable _peers;
    private readonly SessionTable _sessions;
    private readonly Dialer _dialer;
    private readonly LinkTable _links;
    private readonly RecordExchange _records;
    private readonly Greeter _greeter;
    private readonly Liveness _liveness;
    private TimeSpan _nextSave;
    private TimeSpan _nextAgeSave;
    private TimeSpan _nextExpiry;
    private NodeInstance? _twin;
    private bool _isStopped;

    /// <param name="key">Who this node is.</param>
    /// <param name="options">How it takes part.</param>
    /// <param name="instance">This start of the process.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">The dice; nothing secret depends on them.</param>
    /// <param name="actions">The surroundings.</param>
    /// <param name="logger">The log.</param>
    /// <param name="admissionProof">What <see cref="AdmissionProof.Find"/> found; empty where the network asks for none.</param>
    /// <param name="signerOf">Checks signatures of records; null for the real check.</param>
    /// <exception cref="ArgumentException">The options make no record that other nodes would take.</exception>
    public Mesh(NodeKey key, NetworkOptions options, NodeInstance instance, TimeProvider time, Random random, IMeshActions actions, ILogger logger, ReadOnlyMemory<byte> admissionProof = default, RecordSigner? signerOf = null)
    {
        if (options.Bootstrap.FirstOrDefault(static address => !EndpointText.IsHostPort(address)) is { } wrong)
            throw new ArgumentException($"The bootstrap address '{wrong}' is not host:port.", nameof(options));
        _mesh = new MeshContext(key, options, instance, time, random, actions, logger);
        _own = new OwnRecord(_mesh, admissionProof.Span);
        _policy = new AdmissionPolicy(options);
        _peers = new PeerTable(_mesh, _own);
        _sessions = new SessionTable(_mesh);
        _dialer = new Dialer(_mesh, _peers, _sessions);
        _links = new LinkTable(_mesh, _sessions, _peers, _dialer);
        _records = new RecordExchange(_mesh, _own, _peers, new RecordIntake(_mesh, _own, _policy, _peers, signerOf ?? RecordSignature.SignerOf), _links, _dialer);
        _links.CameUp = _records.CameUp;
        _greeter = new Greeter(_mesh, _own, _policy, _sessions, _peers, _links, _records);
        _liveness = new Liveness(_mesh, _sessions, _peers, _links);
    }

    /// <summary>What the replication side puts into this node's Hello.</summary>
    public Func<(Hash256 VectorHash, ulong Credit)> HelloContent
    {
        get => _greeter.Content;
        set => _greeter.Content = value;
    }

    /// <summary>Who this node is.</summary>
    public NodeId OwnId => _mesh.OwnId;

    /// <summary>This node's record.</summary>
    public KnownRecord Own => _own.Current;

    /// <summary>Nodes that can be sent to.</summary>
    public IReadOnlyCollection<NodeId> Links => _links.Up.Keys as IReadOnlyCollection<NodeId> ?? [.. _links.Up.Keys];

    /// <summary>All live records, this node's own first, the others by id.</summary>
    public IReadOnlyList<PeerStatus> Peers =>
        [
            new PeerStatus { Record = _own.Current.Signed, Link = LinkState.Self, LastSeenNs = _mesh.UtcNs },
            .. _peers.All.OrderBy(static peer => peer.Id).Select(peer => peer.ToStatus(_mesh)),
        ];

    /// <summary>Whether a node can be sent to.</summary>
    public bool IsLinked(NodeId node) => _links.Up.ContainsKey(node);

    /// <summary>A node's live record; null when there is none.</summary>
    public KnownRecord? Find(NodeId node) => node == OwnId ? _own.Current : _peers.Find(node)?.Record;

    /// <summary>Where a node is dialled; null when it is not known, or nobody can dial it.</summary>
    public string? EndpointOf(NodeId node) => Find(node)?.Record.NodeEndpoint is { Length: > 0 } endpoint ? endpoint : null;

    /// <summary>How far a node is trusted with this one's resources.</summary>
    public PeerTier TierOf(NodeId node)
    {
        if (node == OwnId || !_policy.HasQuota(node)) return PeerTier.Trusted;
        return _peers.Find(node)?.IsKnown(_mesh.Now) == true ? PeerTier.Known : PeerTier.New;
    }

    /// <summary>How much of a node's logs is taken.</summary>
    public NodeQuota QuotaOf(NodeId node) => NodeQuota.Of(TierOf(node));

    /// <summary>All other nodes that belong to the network now, linked or not.</summary>
    public IEnumerable<NodeId> Members => _peers.All.Select(static peer => peer.Id);

    /// <summary>Whether no other node is known and none is named to join by.</summary>
    public bool IsAlone => _peers.Count == 0 && _mesh.Options.Bootstrap.Count == 0;

    /// <summary>Ends the link with a node that broke a rule of another part.</summary>
    public void Disconnect(NodeId node, string reason)
    {
        if (!_isStopped && _links.Up.TryGetValue(node, out var session)) CutOff(session, reason);
    }

    /// <summary>Begins to dial. Called once, before any other event.</summary>
    /// <param name="saved">What <see cref="IMeshActions.SavePeers"/> was given before the restart; no record in it is trusted.</param>
    public void Start(SavedPeers saved)
    {
        foreach (var record in saved.Records) _records.Learn(record, session: null);
        _peers.Restore(saved.Ages);
        _mesh.Logger.MeshStarted(OwnId.ToString(), _mesh.Options.Network, _mesh.Options.Bootstrap.Count, _peers.Count);
        _dialer.Tick(hasLinks: false);
    }

    /// <summary>A connection was made, and the transport knows the other side's key.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="remote">The other side.</param>
    /// <param name="isOutbound">Whether this node dialled.</param>
    /// <param name="dialledAddress">As given to <see cref="IMeshActions.Dial"/>; null when the other side dialled.</param>
    /// <param name="remoteAddress">IP address and port of the other end.</param>
    public void SessionOpened(SessionId id, NodePublicKey remote, bool isOutbound, string? dialledAddress, string remoteAddress)
    {
        var target = isOutbound ? _dialer.Opened(dialledAddress ?? string.Empty, remote.Id) : null;
        if (_isStopped)
        {
            _mesh.Actions.Close(id, "the node stops");
            return;
        }

        var session = _sessions.Add(id, remote, isOutbound, EndpointText.ToPrintable(remoteAddress), target);
        if (isOutbound && target?.Expected is { } expected && expected != remote.Id)
        {
            _mesh.Logger.OtherNodeAnswered(target.Address, remote.Id.ToShortString(), expected.ToShortString());
            _links.Close(session, "another node was expected", SessionEnd.Failure);
        }
        else if (_policy.IsDenied(remote.Id) && remote.Id != OwnId) Refuse(session, "it is not admitted here");
        else if (isOutbound && !_links.IsNeeded(session)) Drop(session);
        else if (!isOutbound && MakeRoom(session) is { } problem) _links.Close(session, problem, SessionEnd.Failure);
        else _mesh.Actions.Send(id, _greeter.Create());
    }

    /// <summary>A frame came.</summary>
    public void FrameReceived(SessionId id, Frame frame)
    {
        if (_isStopped || _sessions.Find(id) is not { } session) return;
        session.LastHeard = _mesh.Now;
        if (frame.FrameCase == Frame.FrameOneofCase.Hello)
        {
            HelloReceived(session, frame.Hello);
            return;
        }

        if (frame.FrameCase == Frame.FrameOneofCase.Bye)
        {
            ByeReceived(session, frame.Bye);
            return;
        }

        if (!session.IsGreeted)
        {
            CutOff(session, "it did not begin with Hello");
            return;
        }

        _links.Heard(session);
        if (_sessions.Find(id) != session) return;
        if (!session.Allowance.TrySpend(frame, _mesh.Now)) CutOff(session, $"it sends too many frames of the kind {frame.FrameCase}");
        // On a connection that waits for a better one nothing is said, not even an answer: it would be taken for consent.
        else if (session.IsEndorsed) Dispatch(session, frame);
    }

    /// <summary>A connection ended, and not by <see cref="IMeshActions.Close"/>.</summary>
    public void SessionClosed(SessionId id, string reason)
    {
        if (!_isStopped && _sessions.Find(id) is { } session) _links.Ended(session, EndpointText.ToPrintable(reason), SessionEnd.Failure);
    }

    /// <summary>A dial came to nothing.</summary>
    public void DialFailed(string address, NodeId? expected, string reason) => _dialer.DialFailed(address, expected, EndpointText.ToPrintable(reason));

    /// <summary>Time has passed. Called about every 100 ms.</summary>
    public void Tick()
    {
        if (_isStopped) return;
        _liveness.Tick();
        _links.Tick();
        if (_mesh.Now >= _nextExpiry)
        {
            _nextExpiry = _mesh.Now + TimeSpan.FromSeconds(1);
            _records.DropExpired();
        }

        _records.Tick();
        _dialer.Tick(_links.Up.Count > 0);
        if (_mesh.Now >= _nextSave) Save();
    }

    /// <summary>Puts out members that the policy does not admit any more.</summary>
    /// <returns>Who went.</returns>
    public IReadOnlyList<NodeId> ReviewMembers()
    {
        if (_isStopped) return [];
        var refused = _peers.All.Where(peer => _policy.IsDenied(peer.Id)).Select(static peer => peer.Id).Order().ToList();
        foreach (var node in refused) _records.Expel(node);
        return refused;
    }

    /// <summary>Sends a frame to a linked node.</summary>
    /// <returns>False when there is no link with it.</returns>
    public bool Send(NodeId node, Frame frame)
    {
        if (_isStopped || !_links.Up.TryGetValue(node, out var session)) return false;
        _mesh.Actions.Send(session.Id, frame);
        return true;
    }

    /// <summary>Says good-bye to all. Nothing happens after it.</summary>
    /// <param name="leaving">Whether the node goes for good; otherwise others go on dialling it.</param>
    public void Stop(bool leaving)
    {
        if (_isStopped) return;
        if (leaving)
        {
            _own.Renew(isLeaving: true);
            _peers.Changed();
        }

        _isStopped = true;
        Save();
        var reason = leaving ? "the node leaves the network" : "the node stops";
        foreach (var session in _sessions.All.ToArray())
        {
            if (leaving && session.IsGreeted) _mesh.Actions.Send(session.Id, new Frame { Records = new Records { Records_ = { _own.Current.Signed } } });
            _mesh.Actions.Send(session.Id, new Frame { Bye = new Bye { Reason = reason, Leaving = leaving } });
            _mesh.Actions.Close(session.Id, reason);
        }

        foreach (var node in _links.Up.Keys) _mesh.Actions.LinkDown(node);
    }

    private void Dispatch(PeerSession session, Frame frame)
    {
        switch (frame.FrameCase)
        {
            case Frame.FrameOneofCase.Ping:
                _mesh.Actions.Send(session.Id, new Frame { Pong = new Pong { Nonce = frame.Ping.Nonce } });
                break;
            case Frame.FrameOneofCase.Pong:
                break;
            case Frame.FrameOneofCase.Records:
                if (_records.Receive(session, frame.Records) is { } problem) CutOff(session, problem);
                break;
            case Frame.FrameOneofCase.RecordsDigest:
                _records.Receive(session, frame.RecordsDigest);
                break;
            case Frame.FrameOneofCase.Probe:
                _liveness.Probed(session, frame.Probe);
                break;
            case Frame.FrameOneofCase.ProbeResult:
                _liveness.Answered(session, frame.ProbeResult);
                break;
            default:
                if (session.IsUp) _mesh.Actions.Received(session.Node, frame);
                break;
        }
    }

    private void HelloReceived(PeerSession session, Hello hello)
    {
        if (session.IsGreeted) CutOff(session, "it said Hello twice");
        else if (session.Node == OwnId) OwnKeyAnswered(session, hello);
        else if (_greeter.Receive(session, hello) is { } refusal) Refuse(session, refusal);
        else _links.Greeted(session);
    }

    /// <summary>This node has dialled itself, or somebody else has its key.</summary>
    private void OwnKeyAnswered(PeerSession session, Hello hello)
    {
        var isSelf = NodeInstance.TryRead(hello.Instance, hello.StartedNs, out var instance) && instance == _mesh.Instance;
        if (isSelf && session.Target is { Expected: null } target)
        {
            if (!target.IsSelf) _mesh.Logger.SelfDialled(target.Address);
            target.IsSelf = true;
        }

        _links.Close(session, "both ends have the same key", SessionEnd.Refusal);
        if (isSelf || instance is not { } twin || twin == _twin) return;
        _twin = twin;
        var isOlder = twin.CompareTo(_mesh.Instance) < 0;
        _mesh.Logger.TwinFound(session.RemoteAddress, isOlder ? "earlier" : "later");
        _mesh.Actions.TwinFound(isOlder);
    }

    private void ByeReceived(PeerSession session, Bye bye)
    {
        var reason = EndpointText.ToPrintable(bye.Reason);
        var isOnly = _sessions.Of(session.Node).Count == 1;
        // Before there is a link a good-bye is a refusal, unless another connection is the reason.
        var isRefusal = !session.IsUp && isOnly && session.Node != OwnId;
        if (isRefusal && _mesh.MayLog()) _mesh.Logger.RefusedByNode(session.Node.ToShortString(), session.RemoteAddress, reason);
        _mesh.Actions.Close(session.Id, reason);
        _links.Ended(session, $"the node said: {reason}", isRefusal ? SessionEnd.Refusal : isOnly ? SessionEnd.Failure : SessionEnd.Duplicate);
        if (bye.Leaving && session.IsGreeted) _records.Left(session.Node);
    }

    private void Refuse(PeerSession session, string reason)
    {
        if (_mesh.MayLog()) _mesh.Logger.NodeRefused(session.Node.ToShortString(), session.RemoteAddress, reason);
        _links.Close(session, reason, SessionEnd.Refusal);
    }

    private void CutOff(PeerSession session, string reason)
    {
        if (_mesh.MayLog()) _mesh.Logger.NodeCutOff(session.Node.ToShortString(), session.RemoteAddress, reason);
        _links.Close(session, reason, SessionEnd.Refusal);
    }

    /// <summary>Ends a dialled connection that is not needed, before the other side hears anything on it.</summary>
    private void Drop(PeerSession session)
    {
        _mesh.Actions.Close(session.Id, "another connection is kept");
        _links.Ended(session, "another connection is kept", SessionEnd.Duplicate);
    }

    /// <summary>A node that connects again and again without end gives up its own older connections; strangers wait in a short queue.</summary>
    private string? MakeRoom(PeerSession session)
    {
        var all = _sessions.Of(session.Node);
        if (all.Count > MeshLimits.SessionsPerNodeMax && all.FirstOrDefault(static other => !other.IsUp) is { } oldest && oldest != session)
            _links.Close(oldest, "too many connections", SessionEnd.Failure);
        return _sessions.SilentCount > MeshLimits.SilentSessionsMax ? "too many connections wait for their Hello" : null;
    }

    private void Save()
    {
        _nextSave = _mesh.Now + MeshLimits.SaveInterval;
        if (!_peers.IsDirty && !_isStopped && _mesh.Now < _nextAgeSave) return;
        _nextAgeSave = _mesh.Now + MeshLimits.AgeSaveInterval;
        _peers.IsDirty = false;
        _mesh.Actions.SavePeers(_peers.ToSaved());
    }
}
