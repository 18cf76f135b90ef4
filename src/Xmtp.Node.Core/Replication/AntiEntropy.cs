using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Replication;

/// <summary>
/// Finds out what others have: everything at the beginning of a link and every minute with one node, as one hash first; heads that
/// changed once a second, the own one to all and those of others to three nodes. Since logs are dense, number and hash of
/// the last entry say all about the entries before it.
/// </summary>
internal sealed class AntiEntropy(ReplicationContext context, LogFollower follower, EvidenceBook evidence)
{
    private static readonly TimeSpan s_headsInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_vectorInterval = TimeSpan.FromSeconds(60);
    private const int GossipFanOut = 3;

    // Longer than a dead link takes to be given up: what was told on it since is told again.
    private static readonly TimeSpan s_toldAgainWithin = TimeSpan.FromSeconds(20);

    private readonly HashSet<Hash256> _changed = [];
    private readonly Dictionary<Hash256, long> _told = [];
    private readonly Dictionary<Hash256, List<(NodeId Node, ulong Watermark)>> _unknown = [];
    private readonly SortedDictionary<NodeId, VectorRequest> _postponed = [];
    private long _nextHeads = context.Time.GetTimestamp();
    private long _nextVector = context.After(s_vectorInterval);

    /// <summary>A log has grown here.</summary>
    public void Changed(Hash256 log) => _changed.Add(log);

    /// <summary>Hears that others have more of the log being written than this node, signed by its own key.</summary>
    public Action<HeldLog>? OwnLogBehind { get; set; }

    /// <summary>A link began. Its Hello says by one hash whether the node holds the same as this one.</summary>
    /// <param name="peer">The node.</param>
    /// <param name="theirVector">That hash.</param>
    /// <param name="always">Whether to ask all the same: the answer comes after the records that the node tells first.</param>
    public void Begin(PeerState peer, ByteString theirVector, bool always)
    {
        var ends = LogStates.Ends(context.Logs);
        if (!always && theirVector.Length == Hash256.Length && new Hash256(theirVector.Span) == LogStates.VectorHash(context.Logs)) Same(peer, ends);
        else Ask(peer);
    }

    /// <summary>A node asks what this one holds.</summary>
    public void Answer(PeerState peer, VectorRequest request)
    {
        // A node whose disk was put back goes on with its log after what the others say that they have: so that must be all they get.
        if (follower.IsCommitting(peer.Node))
        {
            _postponed[peer.Node] = request;
            return;
        }

        var ends = LogStates.Ends(context.Logs);
        if (request.Hash.Length == Hash256.Length && new Hash256(request.Hash.Span) == LogStates.VectorHash(context.Logs))
        {
            context.Actions.Send(peer.Node, new Frame { Vector = new Vector { Same = true } });
            Same(peer, ends);
            return;
        }

        var chunks = LogStates.Sorted(context.Logs).Chunk(ReplicationLimits.LogStatesPerFrameMax).ToList();
        for (var i = 0; i < chunks.Count; i++)
            context.Actions.Send(peer.Node, new Frame { Vector = new Vector { Logs = { chunks[i].Select(LogStates.Of) }, More = i + 1 < chunks.Count } });
        if (chunks.Count == 0) context.Actions.Send(peer.Node, new Frame { Vector = new Vector() });
    }

    /// <summary>Answers those who asked while entries of their own logs were on their way to the disk here.</summary>
    public void AnswerPostponed()
    {
        foreach (var node in _postponed.Keys.Where(node => !follower.IsCommitting(node)).ToList())
            if (_postponed.Remove(node, out var request) && context.Peers.TryGetValue(node, out var peer)) Answer(peer, request);
    }

    /// <summary>A link ended. Before that it may have been dead for a while, and a head is told once only: so those of late are told to the others again.</summary>
    public void PeerGone(NodeId node)
    {
        _postponed.Remove(node);
        foreach (var (log, at) in _told)
            if (context.Time.GetElapsedTime(at) < s_toldAgainWithin) _changed.Add(log);
    }

    /// <summary>A node said what it holds.</summary>
    public async ValueTask ReceivedAsync(PeerState peer, Vector vector)
    {
        var asked = peer.Asked;
        if (!vector.More) peer.Asked = null;
        if (vector.Same)
        {
            if (asked is not null) Same(peer, asked);
            return;
        }

        if (!await ReceivedAsync(peer, vector.Logs).ConfigureAwait(false) || vector.More) return;
        peer.IsKnown = true;
        follower.PeerKnown();
    }

    /// <summary>A node said how far some logs are at it.</summary>
    /// <returns>False when it broke a rule and is cut off.</returns>
    public async ValueTask<bool> ReceivedAsync(PeerState peer, IList<LogState> states)
    {
        if (states.Count > ReplicationLimits.LogStatesPerFrameMax) return CutOff(peer, "too many logs in one frame");
        foreach (var state in states)
            if (!await AcceptAsync(peer, state).ConfigureAwait(false)) return false;
        return true;
    }

    /// <summary>A log that somebody told of is held now.</summary>
    public void LogAdded(HeldLog log)
    {
        follower.Add(log);
        if (!_unknown.Remove(log.Hash, out var holders)) return;
        foreach (var (node, watermark) in holders)
            if (context.Peers.TryGetValue(node, out var peer)) context.Raise(peer, log, watermark);
        follower.Learned(log.Hash);
    }

    public void Tick()
    {
        if (context.IsOver(_nextHeads))
        {
            _nextHeads = context.After(s_headsInterval);
            Gossip();
        }

        if (!context.IsOver(_nextVector)) return;
        _nextVector = context.After(s_vectorInterval);
        if (context.Shuffled() is [var peer, ..]) Ask(peer);
    }

    /// <summary>Tells all peers how far the own log goes.</summary>
    public void TellOwnHead()
    {
        if (context.OwnLog is not { End.Sequence: > 0 } log) return;
        var own = LogStates.Of(log);
        foreach (var peer in context.Peers.Values) context.Actions.Send(peer.Node, new Frame { Heads = new Heads { Logs = { own } } });
    }

    private void Ask(PeerState peer)
    {
        // The writer goes on meanwhile: ends that are older than the hash claim less, never more.
        peer.Asked ??= LogStates.Ends(context.Logs);
        context.Actions.Send(peer.Node, new Frame { VectorRequest = new VectorRequest { Hash = UnsafeByteOperations.UnsafeWrap(LogStates.VectorHash(context.Logs).ToArray()) } });
    }

    private void Same(PeerState peer, IReadOnlyList<(HeldLog Log, ulong End)> ends)
    {
        foreach (var (log, end) in ends) context.Raise(peer, log, end);
        peer.IsKnown = true;
        follower.PeerKnown();
    }

    private void Gossip()
    {
        TellOwnHead();
        var others = new Heads();
        foreach (var hash in _changed)
            if (context.Logs.Find(hash) is { } changed && changed != context.OwnLog) others.Logs.Add(LogStates.Of(changed));
        Remember();
        if (others.Logs.Count == 0) return;
        foreach (var peer in context.Shuffled().Take(GossipFanOut)) context.Actions.Send(peer.Node, new Frame { Heads = others });
    }

    private void Remember()
    {
        foreach (var log in _told.Where(told => context.Time.GetElapsedTime(told.Value) >= s_toldAgainWithin).Select(static told => told.Key).ToList()) _told.Remove(log);
        foreach (var log in _changed) _told[log] = context.Time.GetTimestamp();
        _changed.Clear();
    }

    private async ValueTask<bool> AcceptAsync(PeerState peer, LogState state)
    {
        if (!LogStates.TryReadName(state.Log, out var name)) return CutOff(peer, "a log without a name");
        if (state.Watermark == 0) return true;
        if (!SignedHead.TryRead(state.Head.Span, out var head) || head.Log != name || head.Sequence != state.Watermark) return CutOff(peer, "a log without a head at its end");
        if (context.Logs.Find(name.ToHash()) is { } log) return await AcceptAsync(peer, log, head).ConfigureAwait(false);
        return NodePublicKey.TryCreate(state.Log.PublicKey.Span, out var key) && head.IsSignedBy(key) ? Note(peer, name, key, head) : CutOff(peer, "a head that its originator did not sign");
    }

    private async ValueTask<bool> AcceptAsync(PeerState peer, HeldLog log, SignedHead head)
    {
        if (peer.WatermarkOf(log.Hash) >= head.Sequence && log.End.Sequence != head.Sequence) return true;
        if (head.Sequence > log.End.Sequence)
        {
            if (!head.IsSignedBy(log.Key)) return CutOff(peer, "a head that its originator did not sign");
            if (log == context.OwnLog) OwnLogBehind?.Invoke(log);
        }
        else if (await HashAtAsync(log, head.Sequence).ConfigureAwait(false) is { } ours && ours != head.Hash)
        {
            if (!head.IsSignedBy(log.Key)) return CutOff(peer, "a head that its originator did not sign");
            await evidence.ConflictAsync(log, head).ConfigureAwait(false);
            return true;
        }

        if (context.Raise(peer, log, head.Sequence)) follower.Learned(log.Hash);
        return true;
    }

    private bool Note(PeerState peer, LogName name, NodePublicKey key, SignedHead head)
    {
        var hash = name.ToHash();
        if (!_unknown.TryGetValue(hash, out var holders))
        {
            // An originator that makes logs without end is not followed into all of them.
            if (context.Logs.All.Count(log => log.Name.Node == name.Node) >= ReplicationLimits.LogsPerNodeMax) return true;
            if (_unknown.Count >= ReplicationLimits.LogStatesPerFrameMax || context.Logs.Count >= ReplicationLimits.LogsMax) return true;
            if (context.Directory.IsDenied(name.Node) || ++peer.Introduced > ReplicationLimits.LogsPerPeerMax) return true;
            _unknown[hash] = holders = [];
            context.Logger.LogKnown(name, name.Node);
            context.Actions.AddLog(name, key);
        }

        holders.Add((peer.Node, head.Sequence));
        return true;
    }

    private async ValueTask<Hash256?> HashAtAsync(HeldLog log, ulong sequence)
    {
        var end = log.End;
        if (end.Sequence == sequence) return end.Hash;
        var entries = new List<LoggedEntry>(1);
        await context.Store.ReadAsync(log.Id, sequence, entries, 1, 0).ConfigureAwait(false);
        return entries.Count == 1 ? EntryHeaderFormat.Hash(entries[0].HeaderBytes.Span) : null;
    }

    private bool CutOff(PeerState peer, string reason)
    {
        context.Logger.CutOff(peer.Node, reason);
        context.Actions.Disconnect(peer.Node, reason);
        return false;
    }
}
