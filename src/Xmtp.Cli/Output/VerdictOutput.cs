namespace Xmtp.Cli.Output;

/// <summary>One thing that was verified.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Holds">Whether it holds; null when it could not be looked at or says nothing.</param>
/// <param name="Detail">In plain words.</param>
public sealed record VerdictOutput(string Name, bool? Holds, string Detail);
