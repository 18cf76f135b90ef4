using Xmtp.Node.Core.Log;

namespace Xmtp.Cli.Checks;

/// <summary>Judges logs by what nodes say of them: heads, what is missing, who is behind, who says something else.</summary>
internal sealed class LogChecks(IReadOnlyList<NodeView> views, CheckOptions options, CheckReasons reasons)
{
    /// <summary>Judges one log.</summary>
    /// <returns>Whether it still has to be compared by what stands in it: its holders stand at different numbers, and nothing was found against it.</returns>
    public bool Run(LogComparison log)
    {
        foreach (var (view, state) in log.Holders)
            if (state.Problem is { } problem) reasons.Failed(CheckKind.HeadInvalid, $"node {view.Name} cannot prove what it holds of log {log.Name}: {problem}", view.Id, log.Name);
        if (log.IsFrozen)
        {
            CheckFrozen(log);
            return false;
        }

        CheckLag(log);
        return !HasForked(log) && log.Proved.DistinctBy(static holder => holder.State.Watermark).Count() > 1;
    }

    private void CheckFrozen(LogComparison log)
    {
        var frozen = log.Holders.Count(static holder => holder.State.IsFrozen);
        var text = $"log {log.Name} is frozen on {frozen} of {log.Holders.Count} nodes: its originator signed two histories of it";
        if (log.Originator(views) is { } originator) reasons.Failed(CheckKind.Frozen, $"{text}, and is still in the network", originator.Id, log.Name);
        else reasons.Note(CheckKind.Frozen, $"{text}; the originator has left", log.Name.Node, log.Name);
    }

    private void CheckLag(LogComparison log)
    {
        if (log.Target == 0) return;
        foreach (var view in log.Missing) reasons.Degraded(CheckKind.LogMissing, $"node {view.Name} has nothing of log {log.Name}, which has {log.Target} entries", view.Id, log.Name);
        foreach (var (view, state) in log.Holders)
        {
            if (log.LagOf(state) is not (> 0 and var lag)) continue;
            if (view.Id == log.Name.Node)
                reasons.Degraded(CheckKind.OwnLogBehind, $"node {view.Name} has {state.Watermark} entries of its own log {log.Name}, and others have {log.Target}: it lost some, or was restored from a backup", view.Id, log.Name);
            else if (lag > options.LagMax)
                reasons.Degraded(CheckKind.Lag, $"node {view.Name} is {lag} entries behind with log {log.Name} ({state.Watermark} of {log.Target})", view.Id, log.Name);
        }
    }

    /// <summary>One number, two hashes, both signed: nothing more is needed to know it.</summary>
    private bool HasForked(LogComparison log)
    {
        var hasForked = false;
        foreach (var at in log.Proved.GroupBy(static holder => holder.State.Watermark))
        {
            var histories = at.DistinctBy(static holder => holder.State.Hash).ToList();
            if (histories.Count < 2) continue;
            hasForked = true;
            Diverged(reasons, log.Name, at.Key, histories[0].View, histories[1].View);
        }

        return hasForked;
    }

    /// <summary>Tells of two histories of one log.</summary>
    public static void Diverged(CheckReasons reasons, LogName log, ulong sequence, NodeView one, NodeView other) => reasons.Failed(
        CheckKind.Diverged, $"nodes {one.Name} and {other.Name} hold different entries at number {sequence} of log {log}: its originator signed two histories", log.Node, log);
}
