using System.Globalization;
using Xmtp.ContentTypes;

namespace Xmtp.Cli.Content;

/// <summary>Content as JSON shows it.</summary>
internal static class ContentForms
{
    /// <summary>The form of a content; null for one whose type has none.</summary>
    /// <param name="content">What a codec made.</param>
    /// <param name="withData">Whether files and the keys of remote ones are in it.</param>
    public static ContentForm? From(object? content, bool withData) => content switch
    {
        string text => new ContentForm { Text = text },
        Markdown markdown => new ContentForm { Markdown = markdown.Text },
        Reply reply => new ContentForm { Reply = new ReplyForm(reply.Reference, From(reply.Content, withData)) },
        Reaction reaction => new ContentForm
        {
            Reaction = new ReactionForm(reaction.Reference, reaction.Content, reaction.Action.ToString().ToLowerInvariant(), reaction.Schema.ToString().ToLowerInvariant()),
        },
        Attachment file => new ContentForm
        {
            Attachment = new AttachmentForm(file.FileName, file.MimeType, file.Data.Length, withData ? Convert.ToBase64String(file.Data.Span) : null),
        },
        RemoteAttachment remote => new ContentForm { RemoteAttachment = From(remote, withData) },
        ReadReceipt => new ContentForm { ReadReceipt = true },
        TransactionReference transaction => new ContentForm
        {
            TransactionReference = new TransactionForm(transaction.NetworkId.ToString(), transaction.Reference, transaction.Namespace, transaction.Metadata),
        },
        Composite composite => new ContentForm { Composite = [.. composite.Parts.Select(part => From(part.Content, withData) ?? new ContentForm())] },
        _ => null,
    };

    /// <summary>A content in one piece of text for people.</summary>
    public static string Describe(object? content, string? fallback, ContentTypeId type) => content switch
    {
        string text => text,
        Markdown markdown => markdown.Text,
        Reply reply => $"[reply to {Short(reply.Reference)}] {Describe(reply.Content, null, reply.ContentType ?? type)}",
        Reaction { Action: ReactionAction.Removed } reaction => $"[took {reaction.Content} back from {Short(reaction.Reference)}]",
        Reaction reaction => $"[reacted {reaction.Content} to {Short(reaction.Reference)}]",
        Attachment file => string.Create(CultureInfo.InvariantCulture, $"[file {file.FileName}, {file.MimeType}, {file.Data.Length} bytes]"),
        RemoteAttachment remote => $"[file {remote.FileName} at {remote.Url}]",
        ReadReceipt => "[read]",
        TransactionReference transaction => $"[transaction {transaction.Reference} on {transaction.NetworkId}]",
        Composite composite => string.Join('\n', composite.Parts.Select(part => Describe(part.Content, part.Fallback, part.Type ?? type))),
        _ => fallback ?? $"[{type}]",
    };

    private static string Short(string id) => id.Length > 10 ? $"{id[..8]}…" : id;

    private static RemoteAttachmentForm From(RemoteAttachment remote, bool withKeys) => new(
        remote.Url.OriginalString,
        Convert.ToHexStringLower(remote.ContentDigest.Span),
        remote.FileName,
        remote.ContentLength,
        withKeys ? Convert.ToHexStringLower(remote.Secret.Span) : null,
        withKeys ? Convert.ToHexStringLower(remote.Salt.Span) : null,
        withKeys ? Convert.ToHexStringLower(remote.Nonce.Span) : null);
}
