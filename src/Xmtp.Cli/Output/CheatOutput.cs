namespace Xmtp.Cli.Output;

/// <summary>One command of a cheat sheet.</summary>
/// <param name="Topic">The sheet.</param>
/// <param name="What">What the command does.</param>
/// <param name="Command">What is typed.</param>
public sealed record CheatOutput(string Topic, string What, string Command);
