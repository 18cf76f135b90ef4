using Xmtp.Client.Conversations;
using Xmtp.ContentTypes;

namespace Xmtp.Inbox.Messages;

/// <summary>Messages in one line of text: for lists, quotes and notifications.</summary>
public static class MessageTexts
{
    private const int LineLengthMax = 140;

    /// <summary>Whether it is a message of its own on the screen; reactions and receipts are shown at others.</summary>
    public static bool IsShown(DecodedMessage message) => message.Content is not (Reaction or ReadReceipt);

    /// <summary>One line that says what the message is.</summary>
    public static string Line(DecodedMessage message) => Line(message.Content, message.Fallback);

    /// <summary>One line that says what a content is.</summary>
    public static string Line(object? content, string? fallback)
    {
        var text = content switch
        {
            string plain => plain,
            Markdown markdown => MarkdownText.Plain(markdown.Text),
            Reply reply => Line(reply.Content, fallback),
            Attachment attachment => $"📎 {attachment.SafeFileName}",
            RemoteAttachment attachment => $"📎 {attachment.SafeFileName}",
            TransactionReference => "A transaction",
            Composite composite => string.Join(" · ", composite.Parts.Select(static part => Line(part.Content, part.Fallback))),
            _ => fallback ?? "A message that this inbox cannot show",
        };
        text = text.ReplaceLineEndings(" ").Trim();
        return text.Length <= LineLengthMax ? text : $"{text[..LineLengthMax]}…";
    }

    /// <summary>A number of bytes for people.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} bytes",
        < 1024 * 1024 => $"{bytes / 1024.0:0.#} KiB",
        _ => $"{bytes / (1024.0 * 1024.0):0.#} MiB",
    };
}
