using System.Globalization;
using Xmtp.Cli.Output;
using Xmtp.Client.Conversations;
using Xmtp.Client.Inboxes;

namespace Xmtp.Cli.Content;

/// <summary>Messages as the command shows them.</summary>
internal static class MessageForms
{
    public static MessageOutput Of(DecodedMessage message, bool withData = false, InboxMessage? stored = null) => new(
        message.Id.ToString(),
        message.Sender.ToString(),
        message.Conversation.Peer.ToString(),
        message.SentNs.ToString(CultureInfo.InvariantCulture),
        message.Sent.UtcDateTime.ToString("O"),
        message.Conversation.Topic.Value,
        message.Conversation.ConversationId,
        message.ContentType.ToString(),
        message.TryGet<string>(out var text) ? text : message.Fallback,
        message.Fallback,
        ContentForms.From(message.Content, withData),
        message.Content is null ? message.Error : null,
        stored?.Delivery.ToString().ToLowerInvariant(),
        stored?.Cursor.ToString(),
        null);

    public static MessageOutput Of(InboxMessage stored, bool withData = false) => Of(stored.Message, withData, stored);

    /// <summary>Writes a message as a line for people or as JSON.</summary>
    public static void Show(CliConsole console, DecodedMessage message, InboxMessage? stored = null, string? savedAs = null)
    {
        console.Result(Of(message, stored: stored) with { SavedAs = savedAs }, CliJson.Default.MessageOutput, shown =>
            $"{console.Faint(shown.Sent)} {console.Bold(shown.Sender)}{(message.IsFromSelf ? " (you)" : "")}: {Body(message)}" +
            $"{(savedAs is null ? "" : $" saved as {savedAs}")}{(stored is { Delivery: DeliveryState.Queued or DeliveryState.Refused } ? console.Yellow($" [{shown.Delivery}]") : "")}");
    }

    public static void Show(CliConsole console, InboxMessage stored) => Show(console, stored.Message, stored);

    /// <summary>What a peer wrote neither drives the terminal nor looks like the line of another message.</summary>
    public static string Body(DecodedMessage message) =>
        CliConsole.Printable(ContentForms.Describe(message.Content, message.Fallback, message.ContentType)).Replace("\n", $"{Environment.NewLine}    ", StringComparison.Ordinal);
}
