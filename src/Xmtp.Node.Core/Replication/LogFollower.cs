using System.Runtime.CompilerServices;
using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Replication;

/// <summary>
/// Keeps this node's copies of other nodes' logs up to date. Each log is followed at one holder: its originator while that is linked,
/// any other holder when it is not; from far behind, a range is read first over a connection of its own. It goes on from the
/// last durable entry, always, and never from anything remembered about a holder.
/// </summary>
internal sealed class LogFollower(ReplicationContext context, EvidenceBook evidence)
{
    /// <summary>From so far behind a log is read in bulk.</summary>
    internal const ulong RangeThreshold = 8192;

    private const int RangesMax = 4;
    private static readonly TimeSpan s_relayDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_stallPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_rangePatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_avoidTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_failurePause = TimeSpan.FromMilliseconds(250);

    private readonly SortedDictionary<uint, ReplicaLog> _logs = [];
    private readonly Dictionary<Hash256, ReplicaLog> _byHash = [];
    private readonly Dictionary<NodeId, QuotaBucket> _quotas = [];
    private readonly ConditionalWeakTable<VerifiedEntries, Receipt> _receipts = [];

    private sealed record Receipt(NodeId? Sender, Action? Taken);

    /// <summary>The logs that are kept up with.</summary>
    public IEnumerable<ReplicaLog> Logs => _logs.Values;

    public ReplicaLog? Find(Hash256 log) => _byHash.GetValueOrDefault(log);

    /// <summary>Whether entries that a node wrote are on their way to the disk.</summary>
    public bool IsCommitting(NodeId originator) => _logs.Values.Any(log => log.Held.Name.Node == originator && log.IsCommitting);

    /// <summary>Keeps up with a log from now on.</summary>
    public void Add(HeldLog held)
    {
        if (_byHash.ContainsKey(held.Hash)) return;
        var log = new ReplicaLog(held, context.Time);
        _logs.Add(held.Id.Value, log);
        _byHash.Add(held.Hash, log);
        Choose(log);
    }

    /// <summary>This node writes the log itself from now on.</summary>
    public void Remove(HeldLog held)
    {
        if (!_byHash.Remove(held.Hash, out var log)) return;
        _logs.Remove(held.Id.Value);
        Release(log);
    }

    /// <summary>Some node was found to have more of a log, or less.</summary>
    public void Learned(Hash256 hash)
    {
        if (_byHash.TryGetValue(hash, out var log)) Choose(log);
    }

    /// <summary>The vector of a linked node is known.</summary>
    public void PeerKnown()
    {
        foreach (var log in _logs.Values) Choose(log);
    }

    public void PeerGone(NodeId node)
    {
        foreach (var log in _logs.Values)
        {
            if (log.Held.Name.Node == node) log.OriginatorLostAt = context.Time.GetTimestamp();
            if (log.Source == node) log.Source = null;
            Choose(log);
        }
    }

    /// <summary>A node cannot give what it was asked for.</summary>
    public void NotHave(PeerState peer, NotHave answer)
    {
        if (answer.Log.Length != Hash256.Length || Find(new Hash256(answer.Log.Span)) is not { } log || log.Source != peer.Node) return;
        // What it said at the beginning of the link, or what it said of its head, no longer holds.
        peer.Watermarks[log.Hash] = Math.Min(answer.Watermark, peer.WatermarkOf(log.Hash));
        log.Source = null;
        Avoid(log, peer.Node);
        Choose(log);
    }

    /// <summary>Checked entries came.</summary>
    /// <param name="sender">Who sent them over its link; null for a range.</param>
    /// <param name="run">The entries.</param>
    /// <param name="taken">Called once they are durable or done with.</param>
    public void Received(PeerState? sender, VerifiedEntries run, Action? taken)
    {
        if (Accept(sender, ref run) is { } log)
        {
            _receipts.Add(run, new Receipt(sender?.Node, taken));
            context.Actions.Append(log.Held, run);
            return;
        }

        if (sender is not null) sender.Creditable += run.Bytes;
        taken?.Invoke();
    }

    /// <summary>Entries came that are not taken.</summary>
    public void Refused(NodeId sender, Hash256 hash, EntryProblemException problem)
    {
        context.Metrics.Refused.Add(1, new KeyValuePair<string, object?>("reason", problem.Problem switch
        {
            EntryProblem.Sender => "sender",
            EntryProblem.Originator => "originator",
            _ => "early",
        }));
        if (Find(hash) is not { } log) return;
        if (problem.Problem == EntryProblem.Originator)
        {
            log.Quarantine = problem.Message;
            context.Logger.LogQuarantined(log.Held.Name, problem.Message);
            Release(log);
            return;
        }

        if (problem.Problem == EntryProblem.Sender) context.Logger.SenderMisbehaved(sender, log.Held.Name, problem.Message);
        if (log.Source == sender || log.RangeHolder == sender) Release(log);
        Avoid(log, sender);
        Choose(log);
    }

    /// <summary>Entries are durable, or were not stored.</summary>
    /// <returns>Whether the log has grown.</returns>
    public bool Appended(HeldLog held, VerifiedEntries run, Exception? failure)
    {
        if (_receipts.TryGetValue(run, out var receipt))
        {
            _receipts.Remove(run);
            if (receipt.Sender is { } node && context.Peers.TryGetValue(node, out var sender)) sender.Creditable += run.Bytes;
            receipt.Taken?.Invoke();
        }

        var log = Find(held.Hash);
        if (failure is not null)
        {
            context.Logger.AppendFailed(held.Name, failure);
            if (log is not null) Restart(log);
            return false;
        }

        context.Metrics.Received.Add(run.Entries.Count);
        context.Metrics.ReceivedBytes.Add(run.Bytes);
        foreach (var peer in context.Peers.Values)
            if (peer.Node == held.Name.Node || peer.Node == log?.Source) peer.Acknowledge[held.Hash] = held.End.Sequence;
        return true;
    }

    public void RangeEnded(HeldLog held, string? failure)
    {
        if (Find(held.Hash) is not { RangeHolder: { } holder } log) return;
        context.Logger.RangeEnded(held.Name, holder, failure ?? "it is complete");
        log.RangeHolder = null;
        // One that only said that it has more would be asked again at once, for ever.
        if (failure is not null || log.Queued.Sequence < log.RangeFrom) Avoid(log, holder);
        Choose(log);
    }

    /// <summary>Leaves holders that are of no use, and goes on where something was waited for.</summary>
    public void Tick()
    {
        foreach (var log in _logs.Values)
        {
            if (log.Avoided.Count > 0)
                foreach (var node in log.Avoided.Where(pair => context.IsOver(pair.Value)).Select(static pair => pair.Key).ToList()) log.Avoided.Remove(node);
            LeaveStalled(log);
            Choose(log);
        }
    }

    /// <summary>Takes what continues the log, whoever sends it: it proves itself. Who changed from one holder to another gets some of it twice.</summary>
    private ReplicaLog? Accept(PeerState? sender, ref VerifiedEntries run)
    {
        if (Find(run.Log.ToHash()) is not { } log || log.Held.IsFrozen || log.Quarantine is not null) return null;
        var next = log.Queued.Sequence + 1;
        if (run.Head.Sequence < next) return null;
        if (run.First.Header.Sequence > next)
        {
            Ask(log, sender);
            return null;
        }

        run = run.First.Header.Sequence == next ? run : run.From(next);
        if (!run.Continues(log.Queued))
        {
            if (run.First.Header.PreviousHash != log.Queued.Hash && log.QueuedHead is { } head) evidence.Forked(log.Held, head, run);
            else Refused(sender?.Node ?? log.RangeHolder ?? default, log.Hash, new EntryProblemException(EntryProblem.Originator, $"entry {run.First.Header.Sequence}: its time goes back"));
            return null;
        }

        log.Queued = new LogEnd(run.Head.Sequence, run.Head.Hash, run.Head.OriginatorTimeNs);
        log.QueuedHead = run.Head;
        log.LastProgress = context.Time.GetTimestamp();
        Charge(log, run);
        return log;
    }

    /// <summary>A source that is ahead of what is held is told again where to begin.</summary>
    private void Ask(ReplicaLog log, PeerState? sender)
    {
        if (sender is null || log.Source != sender.Node || log.IsCommitting || context.Time.GetElapsedTime(log.LastAsked) < s_failurePause) return;
        log.LastAsked = context.Time.GetTimestamp();
        context.Actions.Send(sender.Node, new Frame { Follow = new Follow { Log = Bytes(log), From = log.Queued.Sequence + 1 } });
    }

    /// <summary>Over its quota an originator is delayed: what came is kept, and nothing more is asked for until it is within again.</summary>
    private void Charge(ReplicaLog log, VerifiedEntries run)
    {
        var originator = log.Held.Name.Node;
        if (originator == context.Self) return;
        if (!_quotas.TryGetValue(originator, out var bucket)) _quotas[originator] = bucket = new QuotaBucket(context.Time);
        var wait = bucket.Spend(context.Directory.QuotaOf(originator), run.Entries.Count, run.Bytes);
        if (wait == TimeSpan.Zero) return;
        log.ResumeAt = context.After(wait);
        Release(log);
    }

    private void Choose(ReplicaLog log)
    {
        if (log.Held.IsFrozen || log.Quarantine is not null || log.RangeHolder is not null || !context.IsOver(log.ResumeAt)) return;
        // What nearly every log is at nearly every time: followed at its originator, and not far behind.
        if (log.Source == log.Held.Name.Node && context.Peers.TryGetValue(log.Held.Name.Node, out var originator)
            && originator.WatermarkOf(log.Hash) <= log.Queued.Sequence + RangeThreshold) return;
        var furthest = Furthest(log);
        if (furthest is not null && furthest.WatermarkOf(log.Hash) > log.Queued.Sequence + RangeThreshold && !log.IsCommitting)
        {
            if (_logs.Values.Count(static other => other.RangeHolder is not null) < RangesMax) StartRange(log, furthest);
            return;
        }

        if (BestSource(log) is { } source && source.Node != log.Source) Follow(log, source);
    }

    private PeerState? BestSource(ReplicaLog log)
    {
        var originator = log.Held.Name.Node;
        if (context.Peers.TryGetValue(originator, out var direct) && direct.IsKnown && !log.Avoided.ContainsKey(originator)) return direct;
        if (log.Source is { } current && context.Peers.ContainsKey(current)) return null;
        // An originator that is only being dialled again is not worth a change.
        if (originator != context.Self && context.Time.GetElapsedTime(log.OriginatorLostAt) < s_relayDelay) return null;
        PeerState[] holders = [.. context.Peers.Values.Where(peer => peer.IsKnown && peer.WatermarkOf(log.Hash) > log.Queued.Sequence && !log.Avoided.ContainsKey(peer.Node))];
        return holders.Length == 0 ? null : holders[context.Random.Next(holders.Length)];
    }

    private PeerState? Furthest(ReplicaLog log)
    {
        PeerState? furthest = null;
        foreach (var peer in context.Peers.Values)
            if (peer.IsKnown && !log.Avoided.ContainsKey(peer.Node) && peer.WatermarkOf(log.Hash) > (furthest?.WatermarkOf(log.Hash) ?? 0)) furthest = peer;
        return furthest;
    }

    private void Follow(ReplicaLog log, PeerState source)
    {
        Release(log);
        log.Source = source.Node;
        log.LastProgress = context.Time.GetTimestamp();
        context.Logger.SourceChosen(log.Held.Name, source.Node, log.Queued.Sequence + 1);
        context.Actions.Send(source.Node, new Frame { Follow = new Follow { Log = Bytes(log), From = log.Queued.Sequence + 1 } });
    }

    private void StartRange(ReplicaLog log, PeerState holder)
    {
        Release(log);
        (log.RangeHolder, log.RangeFrom) = (holder.Node, log.Queued.Sequence + 1);
        log.LastProgress = context.Time.GetTimestamp();
        context.Logger.RangeStarted(log.Held.Name, holder.WatermarkOf(log.Hash) - log.Queued.Sequence, holder.Node);
        context.Actions.StartRange(holder.Node, log.Held, log.RangeFrom);
    }

    /// <summary>Asks nobody for more.</summary>
    private void Release(ReplicaLog log)
    {
        if (log.RangeHolder is not null) context.Actions.StopRange(log.Held);
        if (log.Source is { } source) context.Actions.Send(source, new Frame { Unfollow = new Unfollow { Log = Bytes(log) } });
        log.RangeHolder = null;
        log.Source = null;
    }

    /// <summary>Goes on from what is durable.</summary>
    private void Restart(ReplicaLog log)
    {
        Release(log);
        (log.Queued, log.QueuedHead) = log.Held.Position;
        log.ResumeAt = context.After(s_failurePause);
    }

    private void LeaveStalled(ReplicaLog log)
    {
        if (log.IsCommitting) return;
        var idle = context.Time.GetElapsedTime(log.LastProgress);
        if (log.RangeHolder is { } holder && idle > s_rangePatience)
        {
            Release(log);
            Avoid(log, holder);
        }
        else if (log.Source is { } source && idle > s_stallPatience && context.Peers.TryGetValue(source, out var peer) && peer.WatermarkOf(log.Hash) > log.Queued.Sequence)
        {
            Release(log);
            Avoid(log, source);
        }
        else
        {
            LeaveOutrun(log, idle);
        }
    }

    /// <summary>A source that brings nothing while somebody else has more: a relay that has no more itself, or a link that is dead and not given up yet.</summary>
    private void LeaveOutrun(ReplicaLog log, TimeSpan idle)
    {
        var isOutrun = log.Source is { } source && idle > s_stallPatience && Furthest(log) is { } other && other.Node != source && other.WatermarkOf(log.Hash) > log.Queued.Sequence;
        // Heads of others may be faster than entries: of a log that was at rest that says nothing yet.
        log.OutrunSince = isOutrun ? log.OutrunSince ?? context.Time.GetTimestamp() : null;
        if (log.OutrunSince is not { } since || context.Time.GetElapsedTime(since) <= s_stallPatience) return;
        var silent = log.Source!.Value;
        Release(log);
        Avoid(log, silent);
    }

    private void Avoid(ReplicaLog log, NodeId node) => log.Avoided[node] = context.After(s_avoidTime);

    private static ByteString Bytes(ReplicaLog log) => UnsafeByteOperations.UnsafeWrap(log.Hash.ToArray());
}
