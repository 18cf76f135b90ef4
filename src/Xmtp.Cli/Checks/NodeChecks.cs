using System.Globalization;
using Xmtp.Cli.Nodes;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Checks;

/// <summary>Judges nodes by themselves: whether they answer, whom they know, and what their records and clocks say.</summary>
internal sealed class NodeChecks(IReadOnlyList<NodeView> views, CheckOptions options, CheckReasons reasons)
{
    /// <summary>A record that is good for less than this was not renewed when half of its day was over.</summary>
    public static readonly TimeSpan RecordLifeMin = TimeSpan.FromHours(6);

    /// <summary>A clock that is off by more should be looked at.</summary>
    public static readonly TimeSpan ClockOffsetMax = TimeSpan.FromSeconds(10);

    /// <summary>Other nodes do not take entries and records from a clock that is this far ahead.</summary>
    public static readonly TimeSpan ClockOffsetFatal = TimeSpan.FromMinutes(5);

    private const int NamedMax = 5;

    /// <summary>Judges all.</summary>
    public void Run()
    {
        CheckReach();
        foreach (var view in views.Where(static view => view.Answered))
        {
            foreach (var problem in view.Peers.Problems.Concat(view.LogProblems))
                reasons.Failed(CheckKind.AnswerInvalid, $"node {view.Name} answers what cannot be right: {problem}", view.Id);
            CheckClock(view);
            CheckLinks(view);
        }

        foreach (var view in views.Where(static view => view.IsKnownToFirst)) CheckRecord(view);
    }

    private void CheckReach()
    {
        var known = views.Where(static view => view.IsKnownToFirst).ToList();
        foreach (var view in known.Where(static view => !view.Answered))
        {
            var unlinked = views.Count(other => other.Answered && StateAt(other, view) is LinkState.Disconnected or LinkState.Suspect);
            var answered = views.Count(static other => other.Answered);
            reasons.Degraded(CheckKind.Unreachable, $"node {view.Name} cannot be asked ({view.Failure}); {unlinked} of {answered} nodes have no link to it", view.Id);
        }

        var reached = known.Count(static view => view.Answered);
        if (reached * 2 < known.Count) reasons.Failed(CheckKind.FewNodes, $"only {reached} of {known.Count} nodes answer");
        foreach (var view in views.Where(static view => !view.IsKnownToFirst))
        {
            var text = $"node {view.Name} is known to {Named(views.Where(other => other.Id != view.Id && StateAt(other, view) is not null))}, and not to node {views[0].Name}";
            if (view.Answered) reasons.Degraded(CheckKind.NodeUnknown, text, view.Id);
            else reasons.Note(CheckKind.NodeUnknown, $"{text}; it cannot be asked either", view.Id);
        }
    }

    private void CheckLinks(NodeView view)
    {
        var network = views[0].Peers.Network;
        if (view.Peers.Network != network) reasons.Degraded(CheckKind.NodeUnknown, $"node {view.Name} calls its network '{view.Peers.Network}', not '{network}'", view.Id);
        foreach (var other in views.Where(other => other.Id != view.Id && other.IsKnownToFirst && other.Answered))
        {
            switch (StateAt(view, other))
            {
                case null:
                    reasons.Degraded(CheckKind.NodeUnknown, $"node {view.Name} does not know node {other.Name}", view.Id);
                    break;
                case LinkState.Disconnected:
                    reasons.Degraded(CheckKind.LinkDown, $"node {view.Name} has no link to node {other.Name}, which answers", view.Id);
                    break;
                case LinkState.Suspect:
                    reasons.Degraded(CheckKind.LinkSuspect, $"node {view.Name} hears nothing from node {other.Name}, which answers", view.Id);
                    break;
                default:
                    break;
            }
        }
    }

    private void CheckRecord(NodeView view)
    {
        // The newest one is what its own node shows.
        var node = view.Answered ? view.Peers.Self ?? view.Node : view.Node;
        if (!view.Node.IsSigned || !node.IsSigned)
        {
            reasons.Failed(CheckKind.RecordInvalid, $"the record of node {view.Name} that {(view.Node.IsSigned ? "it shows itself" : $"node {views[0].Name} shows")} is not signed by it", view.Id);
            return;
        }

        var now = options.Time.GetUtcNow();
        var left = NodeTime.Of(node.Record.ExpiresNs) - now;
        if (left <= TimeSpan.Zero) reasons.Degraded(CheckKind.RecordExpiring, $"the record of node {view.Name} expired {NodeTime.Span(-left)} ago", view.Id);
        else if (left < RecordLifeMin) reasons.Degraded(CheckKind.RecordExpiring, $"the record of node {view.Name} expires in {NodeTime.Span(left)}: the node does not renew it", view.Id);
        var lead = NodeTime.Of(node.Record.IssuedNs) - now;
        if (view.ClockOffset is null && lead > ClockOffsetMax)
            reasons.Degraded(CheckKind.Clock, $"the record of node {view.Name} is dated {NodeTime.Span(lead)} ahead of this machine's clock", view.Id);
    }

    private void CheckClock(NodeView view)
    {
        if (view.ClockOffset is not { } offset || offset.Duration() <= ClockOffsetMax) return;
        var text = $"the clock of node {view.Name} is {Math.Round(offset.Duration().TotalSeconds).ToString(CultureInfo.InvariantCulture)} s {(offset > TimeSpan.Zero ? "ahead of" : "behind")} this machine's";
        if (offset.Duration() > ClockOffsetFatal) reasons.Failed(CheckKind.Clock, text, view.Id);
        else reasons.Degraded(CheckKind.Clock, text, view.Id);
    }

    private static LinkState? StateAt(NodeView view, NodeView other) => view.Peers.Nodes.FirstOrDefault(node => node.Id == other.Id)?.Link;

    private static string Named(IEnumerable<NodeView> some)
    {
        var names = some.Select(static view => view.Name).ToList();
        return $"{(names.Count == 1 ? "node" : "nodes")} {string.Join(", ", names.Take(NamedMax))}{(names.Count > NamedMax ? $" and {names.Count - NamedMax} more" : "")}";
    }
}
