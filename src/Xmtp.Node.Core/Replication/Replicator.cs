using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Replication;

/// <summary>
/// Replication as a state machine: it is told what happened, and says what to do through <see cref="IReplicationActions"/>. Clock,
/// randomness, network and disk are given to it, so that a simulation can run it. One owner calls it, one call after the other.
/// </summary>
internal sealed class Replicator
{
    // Below this a grant is not worth a frame of its own.
    private const long CreditStep = ReplicationLimits.WindowBytes / 16;
    private const int PendingEvidenceMax = 64;

    private readonly ReplicationContext _context;
    private readonly LogSender _sender;
    private readonly LogFollower _follower;
    private readonly EvidenceBook _evidence;
    private readonly AntiEntropy _antiEntropy;
    private readonly LiveRelay _live;
    private readonly RollbackGuard _guard;
    private readonly Dictionary<Hash256, Evidence> _pendingEvidence = [];
    private HeldLog? _toldLog;

    public Replicator(ReplicationContext context, TimeSpan rollbackGuardPatience)
    {
        _context = context;
        _evidence = new EvidenceBook(context) { OwnLogForked = OwnLogForked };
        _sender = new LogSender(context, new EntriesReader(context.Store));
        _follower = new LogFollower(context, _evidence);
        _antiEntropy = new AntiEntropy(context, _follower, _evidence) { OwnLogBehind = OwnLogForked };
        _live = new LiveRelay(context);
        _guard = new RollbackGuard(context, _follower, rollbackGuardPatience);
    }

    /// <summary>What a Hello says of this side.</summary>
    public Hash256 VectorHash => LogStates.VectorHash(_context.Logs);

    /// <summary>The logs of other nodes and who they come from.</summary>
    public IEnumerable<ReplicaLog> Replicas => _follower.Logs;

    /// <summary>Begins with what the store holds.</summary>
    /// <param name="latestOwnLog">The own log written last.</param>
    /// <param name="isAlone">Whether there is nobody to ask.</param>
    public void Start(HeldLog? latestOwnLog, bool isAlone)
    {
        foreach (var log in _context.Logs.All.OrderBy(static log => log.Id.Value))
            if (log != latestOwnLog) _follower.Add(log);
        _guard.Start(latestOwnLog, isAlone);
    }

    /// <summary>A node can be sent to.</summary>
    public async ValueTask LinkUpAsync(NodeId node, Hello hello)
    {
        var peer = new PeerState(node) { SendWindow = (long)Math.Min(hello.Credit, ReplicationLimits.WindowBytes) };
        _context.Peers[node] = peer;
        _context.LinkBegan?.Invoke(node);
        _antiEntropy.Begin(peer, hello.VectorHash, always: !_guard.IsOver);
        foreach (var log in _context.Logs.All)
            if (log.IsFrozen && await _context.Store.ReadEvidenceAsync(log.Id).ConfigureAwait(false) is { } proof)
                _context.Actions.Send(node, new Frame { Evidence = Evidence.Parser.ParseFrom(proof) });
        _guard.Look();
        Flush();
    }

    /// <summary>It cannot any more.</summary>
    public void LinkDown(NodeId node)
    {
        _context.Peers.Remove(node);
        _live.PeerGone(node);
        _antiEntropy.PeerGone(node);
        _follower.PeerGone(node);
        Flush();
    }

    /// <summary>A frame came, other than <see cref="Frame.Entries"/>, which are checked first: see <see cref="EntriesReceived"/>.</summary>
    public async ValueTask ReceivedAsync(NodeId node, Frame frame)
    {
        if (!_context.Peers.TryGetValue(node, out var peer)) return;
        switch (frame.FrameCase)
        {
            case Frame.FrameOneofCase.Follow: await _sender.FollowAsync(peer, frame.Follow).ConfigureAwait(false); break;
            case Frame.FrameOneofCase.Unfollow: LogSender.Unfollow(peer, frame.Unfollow); break;
            case Frame.FrameOneofCase.Credit: await _sender.CreditAsync(peer, frame.Credit).ConfigureAwait(false); break;
            case Frame.FrameOneofCase.Ack: Acknowledge(peer, frame.Ack); break;
            case Frame.FrameOneofCase.Heads: await _antiEntropy.ReceivedAsync(peer, frame.Heads.Logs).ConfigureAwait(false); break;
            case Frame.FrameOneofCase.VectorRequest: _antiEntropy.Answer(peer, frame.VectorRequest); break;
            case Frame.FrameOneofCase.Vector: await _antiEntropy.ReceivedAsync(peer, frame.Vector).ConfigureAwait(false); break;
            case Frame.FrameOneofCase.NotHave: _follower.NotHave(peer, frame.NotHave); break;
            case Frame.FrameOneofCase.Live: _live.Received(peer, frame.Live); break;
            case Frame.FrameOneofCase.Evidence: EvidenceReceived(peer, frame.Evidence); break;
            // Kinds that came after this software are passed over; a newer peer knows that it speaks to an older one.
            default: break;
        }

        _guard.Look();
        Flush();
    }

    /// <summary>Entries came over a link and were checked by themselves.</summary>
    public void EntriesReceived(NodeId node, VerifiedEntries entries)
    {
        if (!_context.Peers.TryGetValue(node, out var peer) || !Draw(peer, entries.Bytes)) return;
        _follower.Received(peer, entries, taken: null);
        Flush();
    }

    /// <summary>Entries came over a link that are not taken.</summary>
    public void EntriesRefused(NodeId node, Hash256 log, int bytes, EntryProblemException problem)
    {
        if (!_context.Peers.TryGetValue(node, out var peer) || !Draw(peer, bytes)) return;
        peer.Creditable += bytes;
        _follower.Refused(node, log, problem);
        Flush();
    }

    /// <summary>Entries came over a connection of their own and were checked by themselves.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="taken">Called once they are durable or done with: then the next may come.</param>
    public void RangeReceived(VerifiedEntries entries, Action taken)
    {
        _follower.Received(sender: null, entries, taken);
        Flush();
    }

    /// <summary>Entries that came over a connection of their own are not taken.</summary>
    public void RangeRefused(NodeId holder, Hash256 log, EntryProblemException problem) => _follower.Refused(holder, log, problem);

    /// <summary>Reading a range is over.</summary>
    public void RangeEnded(HeldLog log, string? failure)
    {
        _follower.RangeEnded(log, failure);
        _guard.Look();
        Flush();
    }

    /// <summary>The writer is done with entries of another node.</summary>
    public async ValueTask AppendedAsync(HeldLog log, VerifiedEntries entries, Exception? failure)
    {
        if (_follower.Appended(log, entries, failure))
        {
            _antiEntropy.Changed(log.Hash);
            await _sender.AdvancedAsync(log.Hash).ConfigureAwait(false);
        }

        _antiEntropy.AnswerPostponed();
        _guard.Look();
        Flush();
    }

    /// <summary>What was published here is durable.</summary>
    public ValueTask OwnLogAdvancedAsync()
    {
        if (_context.OwnLog is not { } log) return ValueTask.CompletedTask;
        if (log != _toldLog && log.End.Sequence > 0)
        {
            // Nobody follows a log that it has not heard of, and the next heads are up to a second away.
            _toldLog = log;
            _antiEntropy.TellOwnHead();
        }

        return _sender.AdvancedAsync(log.Hash);
    }

    /// <summary>The store knows a log that was asked for.</summary>
    public void LogAdded(HeldLog log)
    {
        _antiEntropy.LogAdded(log);
        if (_pendingEvidence.Remove(log.Hash, out var proof)) _evidence.Received(new PeerState(_context.Self), proof);
        _guard.Look();
        Flush();
    }

    /// <summary>Publishes go into this log from now on.</summary>
    public void OwnLogBegun(HeldLog log)
    {
        _follower.Remove(log);
        _context.OwnLog = log;
    }

    /// <summary>An ephemeral envelope was published here.</summary>
    public void LivePublished(Envelope envelope) => _live.Published(envelope);

    /// <summary>Time passed: about every 100 ms.</summary>
    public void Tick()
    {
        _follower.Tick();
        _antiEntropy.Tick();
        _guard.Look();
        Flush(everything: true);
    }

    private bool Draw(PeerState peer, int bytes)
    {
        peer.ReceiveWindow -= bytes;
        // The last frame may go beyond what is left of the window, as its size is not known before.
        if (peer.ReceiveWindow > -ReplicationLimits.FrameLengthMaxBytes) return true;
        _context.Logger.CutOff(peer.Node, "it sent more than it was granted");
        _context.Actions.Disconnect(peer.Node, "more entries than granted");
        return false;
    }

    private void Acknowledge(PeerState peer, Ack ack)
    {
        foreach (var watermark in ack.Watermarks)
        {
            if (watermark.Log.Length != Hash256.Length || _context.Logs.Find(new Hash256(watermark.Log.Span)) is not { } log) continue;
            // Who follows a log here has no more of it than there is here. That somebody has more is believed of a signed head alone.
            if (watermark.Watermark_ > log.End.Sequence) continue;
            _context.Raise(peer, log, watermark.Watermark_);
        }
    }

    private void EvidenceReceived(PeerState peer, Evidence proof)
    {
        if (_evidence.Received(peer, proof) is not { } unknown) return;
        if (_pendingEvidence.Count >= PendingEvidenceMax || !_pendingEvidence.TryAdd(unknown.Name.ToHash(), proof)) return;
        _context.Actions.AddLog(unknown.Name, unknown.Key);
    }

    private void OwnLogForked(HeldLog log)
    {
        if (log != _context.OwnLog) return;
        _context.Logger.OwnLogForked(log.Name);
        _context.OwnLog = null;
        _context.Actions.StopPublishes();
        _follower.Add(log);
        _context.Actions.BeginPublishes(null);
    }

    /// <summary>Tells the linked nodes what is on disk here, and what they may send again.</summary>
    private void Flush(bool everything = false)
    {
        foreach (var peer in _context.Peers.Values)
        {
            if (peer.Acknowledge.Count > 0)
            {
                var ack = new Ack();
                foreach (var (log, watermark) in peer.Acknowledge)
                    ack.Watermarks.Add(new Watermark { Log = UnsafeByteOperations.UnsafeWrap(log.ToArray()), Watermark_ = watermark });
                peer.Acknowledge.Clear();
                _context.Actions.Send(peer.Node, new Frame { Ack = ack });
            }

            if (peer.Creditable < (everything ? 1 : CreditStep)) continue;
            _context.Actions.Send(peer.Node, new Frame { Credit = new Credit { Bytes = (ulong)peer.Creditable } });
            peer.ReceiveWindow += peer.Creditable;
            peer.Creditable = 0;
        }
    }
}
