namespace Xmtp.Cli.Checks;

/// <summary>What a check found.</summary>
internal sealed record CheckReport
{
    /// <summary>The result.</summary>
    public required CheckStatus Status { get; init; }

    /// <summary>What was found, the worst first.</summary>
    public required IReadOnlyList<CheckReason> Reasons { get; init; }

    /// <summary>How many reasons of each kind there were.</summary>
    public IReadOnlyDictionary<CheckKind, int> Counts { get; init; } = new Dictionary<CheckKind, int>();

    /// <summary>All nodes, the one that was asked first; empty when it did not answer.</summary>
    public IReadOnlyList<NodeView> Nodes { get; init; } = [];

    /// <summary>All logs.</summary>
    public IReadOnlyList<LogComparison> Logs { get; init; } = [];

    /// <summary>Entries that a deep check read; null for another one.</summary>
    public ulong? EntriesRead { get; init; }

    /// <summary>When the check began.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Took { get; init; }

    /// <summary>The network's name.</summary>
    public string Network => Nodes.Count == 0 ? "" : Nodes[0].Peers.Network;

    /// <summary>How many nodes answered.</summary>
    public int Reached => Nodes.Count(static node => node.Answered);

    /// <summary>The most that any node is behind with any log.</summary>
    public ulong LagMax => Logs.SelectMany(static log => log.Missing.Count > 0 ? [log.Target] : log.Holders.Where(static holder => !holder.State.IsFrozen).Select(holder => log.LagOf(holder.State)))
        .DefaultIfEmpty().Max();

    /// <summary>Entries of all logs together.</summary>
    public ulong Entries => Logs.Aggregate(0UL, static (sum, log) => sum + (log.Holders.Count == 0 ? 0 : log.Holders[0].State.Watermark));

    /// <summary>One line that says what was looked at.</summary>
    public string Summary
    {
        get
        {
            if (Nodes.Count == 0) return Reasons[0].Text;
            var lag = LagMax;
            var step = Status != CheckStatus.Ok ? "" : lag == 0 ? ", all in step" : $", at most {lag} entries behind";
            var depth = EntriesRead is { } read ? $", {read} entries read and compared" : "";
            return $"{Reached} of {Plural(Nodes.Count, "node")} {(Nodes.Count == 1 ? "answers" : "answer")}, {Plural(Logs.Count, "log")}, {(Entries == 1 ? "1 entry" : $"{Entries} entries")}{step}{depth}";
        }
    }

    private static string Plural(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
