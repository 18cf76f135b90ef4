namespace Xmtp.Cli.Cheats;

/// <summary>One command of a sheet. A test parses it with the real verbs; <c>$PEER</c> stands for an account's address.</summary>
/// <param name="What">What it does.</param>
/// <param name="Command">What is typed.</param>
internal sealed record CheatLine(string What, string Command);
