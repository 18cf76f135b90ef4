namespace Xmtp.Bots;

/// <summary>A command was used wrongly. Thrown out of its handler, the peer gets the message and how to use it; it is no failure of the bot.</summary>
/// <param name="message">What is wrong, for the peer to read.</param>
public sealed class CommandUsageException(string message) : Exception(message);
