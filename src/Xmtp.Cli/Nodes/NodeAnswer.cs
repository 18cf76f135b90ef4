namespace Xmtp.Cli.Nodes;

/// <summary>What a node answered.</summary>
/// <typeparam name="T">The message.</typeparam>
/// <param name="Value">The message.</param>
/// <param name="ClockOffset">How far the node's clock is ahead of this machine's, to about a second; null when it does not say.</param>
internal sealed record NodeAnswer<T>(T Value, TimeSpan? ClockOffset);
