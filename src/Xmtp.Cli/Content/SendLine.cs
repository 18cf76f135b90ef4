namespace Xmtp.Cli.Content;

/// <summary>One line of <c>send --json-in</c>.</summary>
/// <param name="To">The peer's address; that of the command line when null.</param>
/// <param name="ConversationId">Which conversation with the peer; null for the default one.</param>
/// <param name="Content">What to send.</param>
internal sealed record SendLine(string? To, string? ConversationId, ContentForm? Content);
