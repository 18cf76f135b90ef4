using Xmtp.Cli.Nodes;
using Xmtp.Node.Core.Log;

namespace Xmtp.Cli.Checks;

/// <summary>One log, as all nodes that answered hold it.</summary>
/// <param name="Name">The log.</param>
/// <param name="Target">The highest number that any node had proved when all were asked first.</param>
/// <param name="Holders">Who holds it, and what; the highest number first.</param>
/// <param name="Missing">Who holds nothing of it.</param>
internal sealed record LogComparison(LogName Name, ulong Target, IReadOnlyList<(NodeView View, HeldLogState State)> Holders, IReadOnlyList<NodeView> Missing)
{
    /// <summary>Holders whose head holds, the highest number first.</summary>
    public IEnumerable<(NodeView View, HeldLogState State)> Proved => Holders.Where(static holder => holder.State is { Problem: null, Watermark: > 0 });

    /// <summary>Whether some node takes no more of it.</summary>
    public bool IsFrozen => Holders.Any(static holder => holder.State.IsFrozen);

    /// <summary>The node that writes it; null when none of these does.</summary>
    public NodeView? Originator(IEnumerable<NodeView> views) => views.FirstOrDefault(view => view.Id == Name.Node);

    /// <summary>Entries that a holder was behind.</summary>
    public ulong LagOf(HeldLogState state) => state.Watermark >= Target ? 0 : Target - state.Watermark;

    /// <summary>Puts together what the nodes say, log by log, in the order of their names.</summary>
    /// <param name="views">The nodes.</param>
    /// <param name="targets">The highest numbers of an earlier look, which is what a node is measured by; null for those of this one.</param>
    public static IReadOnlyList<LogComparison> Of(IReadOnlyList<NodeView> views, IReadOnlyDictionary<LogName, ulong>? targets = null)
    {
        var answered = views.Where(static view => view.Answered).ToList();
        var holders = new Dictionary<LogName, List<(NodeView View, HeldLogState State)>>();
        foreach (var view in answered)
        {
            foreach (var state in view.Logs.Values)
            {
                if (!holders.TryGetValue(state.Name, out var list)) holders[state.Name] = list = [];
                list.Add((view, state));
            }
        }

        return
        [
            .. from log in holders
               orderby log.Key.Node, log.Key.Shard, log.Key.Incarnation
               let who = log.Value.Select(static holder => holder.View.Id).ToHashSet()
               let proved = log.Value.Where(static holder => holder.State.Problem is null).Select(static holder => holder.State.Watermark).DefaultIfEmpty().Max()
               select new LogComparison(
                   log.Key, targets is null ? proved : targets.GetValueOrDefault(log.Key),
                   [.. log.Value.OrderByDescending(static holder => holder.State.Watermark).ThenBy(static holder => holder.View.Id)],
                   [.. answered.Where(view => !who.Contains(view.Id))]),
        ];
    }
}
