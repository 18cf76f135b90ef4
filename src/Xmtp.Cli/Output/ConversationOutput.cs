namespace Xmtp.Cli.Output;

/// <summary>A conversation.</summary>
/// <param name="Peer">The other participant's EIP-55 address.</param>
/// <param name="ConversationId">The application's id for it, if it has one.</param>
/// <param name="Topic">Its topic.</param>
/// <param name="Version"><c>v1</c> or <c>v2</c>.</param>
/// <param name="Created">When it began, ISO 8601 in UTC.</param>
/// <param name="Consent">What was decided about the peer: <c>unknown</c> (a request), <c>allowed</c> or <c>denied</c>.</param>
/// <param name="Messages">How many messages are stored.</param>
/// <param name="Unread">How many of the peer's are unread.</param>
/// <param name="LastMessage">The newest message; null when nothing was said.</param>
public sealed record ConversationOutput(
    string Peer, string? ConversationId, string Topic, string Version, string Created, string Consent, long Messages, long Unread, MessageOutput? LastMessage);
