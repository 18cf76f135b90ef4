namespace Xmtp.Cli.Output;

/// <summary>What became of one line of <c>send --json-in</c>.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Message">What was sent; null when it failed.</param>
/// <param name="Failure">Why it was not sent; null when it was.</param>
public sealed record SendLineOutput(long Line, MessageOutput? Message, ErrorOutput? Failure);
