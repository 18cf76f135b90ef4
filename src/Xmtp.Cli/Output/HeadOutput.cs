namespace Xmtp.Cli.Output;

/// <summary>A signed head.</summary>
/// <param name="Log">Hash of the log's name, 64 hex digits.</param>
/// <param name="LogName">Originator, shard and incarnation, shortened.</param>
/// <param name="Originator">Id of the node that signed it.</param>
/// <param name="Shard">Which of its writers.</param>
/// <param name="Incarnation">Incarnation of the log, 16 hex digits.</param>
/// <param name="Sequence">Number of the last entry that it covers.</param>
/// <param name="Hash">Hash of that entry's header.</param>
/// <param name="OriginatorTimeNs">When that entry was written, nanoseconds since 1970 as decimal text.</param>
/// <param name="OriginatorTime">The same, ISO 8601.</param>
/// <param name="Signature">The signature, hex.</param>
/// <param name="Bytes">All of it, hex.</param>
/// <param name="Verdicts">What was verified.</param>
public sealed record HeadOutput(
    string Log, string LogName, string Originator, uint Shard, string Incarnation, ulong Sequence, string Hash, string OriginatorTimeNs, string OriginatorTime,
    string Signature, string Bytes, IReadOnlyList<VerdictOutput> Verdicts);
