namespace Xmtp.Cli.Output;

/// <summary>One thing that a check found.</summary>
/// <param name="Status"><c>failed</c>, <c>degraded</c>, or <c>ok</c> for what is only worth knowing.</param>
/// <param name="Kind">Its stable name; <c>docs/operating/network.md</c> says what to do.</param>
/// <param name="Text">In plain words.</param>
/// <param name="Node">Id of the node it is about, 64 hex digits; null for none.</param>
/// <param name="Log">Hash of the log it is about, 64 hex digits; null for none.</param>
public sealed record CheckReasonOutput(string Status, string Kind, string Text, string? Node, string? Log);
