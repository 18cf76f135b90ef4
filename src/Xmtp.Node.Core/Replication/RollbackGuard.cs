using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Replication;

/// <summary>
/// Decides at the start which log this node writes. A store may be older than what was once acknowledged from it: put back from a
/// backup, or brought back by a failover. So before anything is written every known node is asked how far it has the own log. If
/// none has more, the log goes on; if one has, the missing entries are fetched back first; and if not all can be asked, or
/// they cannot be had, a new incarnation begins, which is always safe. A number is never used twice.
/// </summary>
internal sealed class RollbackGuard(ReplicationContext context, LogFollower follower, TimeSpan patience)
{
    // While entries are coming back it is worth waiting longer than for silence.
    private const int PatienceWhileFetching = 20;

    private HeldLog? _log;
    private HashSet<NodeId> _unheard = [];
    private long _deadline;
    private long _lastDeadline;
    private ulong _lastEnd;
    private bool _toldBehind;

    /// <summary>Whether it is decided.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Begins.</summary>
    /// <param name="latest">The own log written last; null when there is none.</param>
    /// <param name="isAlone">Whether no other node is known and none is named to join by.</param>
    public void Start(HeldLog? latest, bool isAlone)
    {
        _log = latest;
        _unheard = [.. context.Directory.Members];
        _deadline = context.After(patience);
        _lastDeadline = context.After(patience * PatienceWhileFetching);
        _lastEnd = latest?.End.Sequence ?? 0;
        if (latest is null) Begin(null, "it has none yet");
        else if (latest.IsFrozen) Begin(null, "the old one is frozen");
        else if (isAlone) Resume(latest);
        else follower.Add(latest);
    }

    /// <summary>Looks again: a node was heard, entries came back, or time passed.</summary>
    public void Look()
    {
        if (IsOver || _log is not { } log) return;
        if (log.IsFrozen)
        {
            Begin(null, "the old one was signed with two histories");
            return;
        }

        _unheard.RemoveWhere(node => context.Peers.TryGetValue(node, out var peer) && peer.IsKnown);
        // Members that became known meanwhile may know more, too.
        foreach (var node in context.Directory.Members)
            if (!context.Peers.TryGetValue(node, out var peer) || !peer.IsKnown) _unheard.Add(node);
        var known = context.Peers.Values.Select(peer => peer.WatermarkOf(log.Hash)).DefaultIfEmpty().Max();
        var end = log.End.Sequence;
        if (known > end)
        {
            Fetching(known, end);
            return;
        }

        if (_unheard.Count == 0 && context.Peers.Values.Any(static peer => peer.IsKnown)) Resume(log);
        else if (context.IsOver(_deadline)) Begin(null, $"{_unheard.Count} of its peers could not be asked how far the old one goes");
    }

    private void Fetching(ulong known, ulong end)
    {
        if (!_toldBehind) context.Logger.OwnLogBehind(known - end);
        _toldBehind = true;
        if (end > _lastEnd) _deadline = context.After(patience);
        _lastEnd = end;
        if (context.IsOver(_deadline) || context.IsOver(_lastDeadline)) Begin(null, "entries of the old one cannot be had back at once");
    }

    private void Resume(HeldLog log)
    {
        IsOver = true;
        follower.Remove(log);
        context.Logger.OwnLogResumed(log.Name, log.End.Sequence);
        context.OwnLog = log;
        context.Actions.BeginPublishes(log);
    }

    private void Begin(HeldLog? log, string reason)
    {
        IsOver = true;
        if (_log is { } old)
        {
            follower.Add(old);
            context.Logger.NewIncarnation(reason);
        }

        context.Actions.BeginPublishes(log);
    }
}
