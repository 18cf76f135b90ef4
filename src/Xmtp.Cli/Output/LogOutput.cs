namespace Xmtp.Cli.Output;

/// <summary>A log as one node holds it.</summary>
/// <param name="Log">Hash of the log's name, 64 hex digits.</param>
/// <param name="Name">Originator, shard and incarnation, shortened.</param>
/// <param name="Originator">Id of the node that writes it.</param>
/// <param name="Shard">Which of its writers.</param>
/// <param name="Incarnation">Incarnation of the log, 16 hex digits.</param>
/// <param name="Watermark">The last number up to which the node has all.</param>
/// <param name="Hash">Hash of the header at that number.</param>
/// <param name="Frozen">Whether the node takes no more of it.</param>
/// <param name="FirstTime">When its first entry was written, ISO 8601; null when it was not read.</param>
/// <param name="LastTime">When its last entry was written; null when it has none.</param>
/// <param name="HeldBy">Id of the node that holds it so.</param>
/// <param name="Verdicts">What was verified.</param>
public sealed record LogOutput(
    string Log, string Name, string Originator, uint Shard, string Incarnation, ulong Watermark, string Hash, bool Frozen, string? FirstTime, string? LastTime,
    string HeldBy, IReadOnlyList<VerdictOutput> Verdicts);
