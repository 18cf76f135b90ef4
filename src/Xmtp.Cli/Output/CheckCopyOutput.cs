namespace Xmtp.Cli.Output;

/// <summary>One node's copy of a log.</summary>
/// <param name="Node">Id of the node.</param>
/// <param name="Watermark">The last number up to which it has all; 0 for nothing.</param>
/// <param name="Lag">Entries that it is behind.</param>
/// <param name="Hash">Hash at the watermark; null for nothing.</param>
/// <param name="Frozen">Whether it takes no more of the log.</param>
/// <param name="Problem">Why it cannot prove what it holds; null when it can.</param>
public sealed record CheckCopyOutput(string Node, ulong Watermark, ulong Lag, string? Hash, bool Frozen, string? Problem);
