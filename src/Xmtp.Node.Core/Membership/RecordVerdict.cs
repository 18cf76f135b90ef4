using Xmtp.Node.Core.Keys;

namespace Xmtp.Node.Core.Membership;

/// <summary>What became of a record that came.</summary>
/// <param name="Outcome">The kind.</param>
/// <param name="Node">Whose it says it is; meaningless when malformed.</param>
/// <param name="Record">The record, if its signature was checked and holds.</param>
/// <param name="Problem">Why it was not taken.</param>
internal readonly record struct RecordVerdict(RecordOutcome Outcome, NodeId Node, KnownRecord? Record = null, string Problem = "");
