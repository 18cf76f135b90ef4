namespace Xmtp.Cli.Output;

/// <summary>How a network stands.</summary>
/// <param name="Status"><c>ok</c>, <c>degraded</c>, <c>failed</c> or <c>unknown</c>.</param>
/// <param name="Summary">One line that says what was looked at.</param>
/// <param name="Network">The network's name.</param>
/// <param name="Began">When the check began, ISO 8601.</param>
/// <param name="TookMs">How long it took, in milliseconds.</param>
/// <param name="LagMax">The most entries that any node is behind with any log.</param>
/// <param name="EntriesRead">Entries that a deep check read; null for another one.</param>
/// <param name="Reasons">What was found, the worst first.</param>
/// <param name="Nodes">All nodes, the one that was asked first.</param>
/// <param name="Logs">All logs.</param>
public sealed record NodeCheckOutput(
    string Status, string Summary, string Network, string Began, long TookMs, ulong LagMax, ulong? EntriesRead,
    IReadOnlyList<CheckReasonOutput> Reasons, IReadOnlyList<CheckNodeOutput> Nodes, IReadOnlyList<CheckLogOutput> Logs);
