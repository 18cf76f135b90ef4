using Xmtp.Cli.Content;

namespace Xmtp.Cli.Output;

/// <summary>A message, sent or received.</summary>
/// <param name="Id">SHA-256 of the message's bytes, in hex.</param>
/// <param name="Sender">EIP-55 address.</param>
/// <param name="Peer">The other participant of the conversation.</param>
/// <param name="SentNs">Sender's time, nanoseconds since 1970, as a decimal text.</param>
/// <param name="Sent">The same time, ISO 8601 in UTC.</param>
/// <param name="Topic">The conversation's topic.</param>
/// <param name="ConversationId">The application's id for the conversation, if it has one.</param>
/// <param name="ContentType">For example <c>xmtp.org/text:1.0</c>.</param>
/// <param name="Text">The text; for other types the fallback, or null.</param>
/// <param name="Fallback">The sender's text for readers that do not know the type.</param>
/// <param name="Content">What it says; null when nobody here knows its type.</param>
/// <param name="Error">Why <paramref name="Content"/> is null.</param>
/// <param name="Delivery"><c>received</c>, <c>queued</c>, <c>sent</c> or <c>refused</c>; null when it is not from a local store.</param>
/// <param name="Cursor">Its place in the order of arrival; null when it is not from a local store.</param>
/// <param name="SavedAs">Where <c>--save-attachments</c> put its file; null for none.</param>
public sealed record MessageOutput(
    string Id, string Sender, string Peer, string SentNs, string Sent, string Topic, string? ConversationId, string ContentType, string? Text,
    string? Fallback, ContentForm? Content, string? Error, string? Delivery, string? Cursor, string? SavedAs)
{
    /// <summary>Id and type alone.</summary>
    public override string ToString() => $"message {Id} of type {ContentType}";
}
