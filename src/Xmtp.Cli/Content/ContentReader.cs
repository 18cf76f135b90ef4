using System.Buffers;
using System.Globalization;
using Xmtp.Client.Messages;
using Xmtp.ContentTypes;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Content;

/// <summary>Makes of JSON what a codec encodes. Everything it does not understand is refused: what is sent cannot be taken back.</summary>
internal static class ContentReader
{
    /// <summary>The content that a form stands for.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.MalformedData"/>: it stands for none, or for several.</exception>
    public static object Read(ContentForm? form)
    {
        if (form is null) throw Wrong("there is no content");
        object?[] all =
        [
            form.Text,
            form.Markdown is { } markdown ? new Markdown(markdown) : null,
            form.Reply is { } reply ? new Reply(Id(reply.To, "reply"), Read(reply.Content)) : null,
            form.Reaction is { } reaction ? Read(reaction) : null,
            form.Attachment is { } file ? Read(file) : null,
            form.RemoteAttachment is { } remote ? Read(remote) : null,
            form.ReadReceipt switch { null => null, true => new ReadReceipt(), false => throw Wrong("readReceipt is true or left out") },
            form.TransactionReference is { } transaction ? Read(transaction) : null,
            form.Composite is { } parts ? Composite.Of([.. parts.Select(Read)]) : null,
        ];
        return all.OfType<object>().ToArray() is [var content]
            ? content
            : throw Wrong("the content has exactly one of text, markdown, reply, reaction, attachment, remoteAttachment, readReceipt, transactionReference and composite");
    }

    private static Reaction Read(ReactionForm form) => new()
    {
        Reference = Id(form.To, "reaction"),
        Content = form.Reaction is { Length: > 0 } reaction ? reaction : throw Wrong("a reaction says what it is"),
        Action = form.Action switch
        {
            null or "added" => ReactionAction.Added,
            "removed" => ReactionAction.Removed,
            _ => throw Wrong("the action of a reaction is added or removed"),
        },
        Schema = form.Schema switch
        {
            null or "unicode" => ReactionSchema.Unicode,
            "shortcode" => ReactionSchema.Shortcode,
            "custom" => ReactionSchema.Custom,
            _ => throw Wrong("the schema of a reaction is unicode, shortcode or custom"),
        },
    };

    private static Attachment Read(AttachmentForm form)
    {
        if (form.FileName is null || form.MimeType is null || form.Data is null) throw Wrong("an attachment has fileName, mimeType and data");
        var data = new byte[form.Data.Length];
        if (!Convert.TryFromBase64String(form.Data, data, out var length)) throw Wrong("the data of an attachment is not base64");
        return new Attachment(form.FileName, form.MimeType, data.AsMemory(0, length));
    }

    private static RemoteAttachment Read(RemoteAttachmentForm form) => new()
    {
        Url = Uri.TryCreate(form.Url, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps ? url : throw Wrong("the url of a remote attachment is an https address"),
        FileName = form.FileName,
        ContentLength = form.ContentLength is null or >= 0 ? form.ContentLength : throw Wrong("contentLength is a number of bytes"),
        ContentDigest = Hex(form.ContentDigest, RemoteAttachment.ContentDigestLength, "contentDigest"),
        Secret = Hex(form.Secret, RemoteAttachment.SecretLength, "secret"),
        Salt = Hex(form.Salt, RemoteAttachment.SaltLength, "salt"),
        Nonce = Hex(form.Nonce, RemoteAttachment.NonceLength, "nonce"),
    };

    private static TransactionReference Read(TransactionForm form) => new()
    {
        NetworkId = form.NetworkId is not { Length: > 0 } network
            ? throw Wrong("a transaction names its network")
            : long.TryParse(network, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new NetworkId(number) : new NetworkId(network),
        Reference = form.Reference is { Length: > 0 } reference ? reference : throw Wrong("a transaction names its reference"),
        Namespace = form.Namespace,
        Metadata = form.Metadata,
    };

    private static string Id(string? text, string what) =>
        MessageId.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id.ToString() : throw Wrong($"a {what} names the id of a message, 64 hex digits");

    private static byte[] Hex(string? text, int length, string what)
    {
        var bytes = new byte[length];
        return text?.Length == 2 * length && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done
            ? bytes
            : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"{what} is {length} bytes in hex"));
    }

    private static XmtpException Wrong(string why) => new(ErrorCatalogue.MalformedData, $"This cannot be sent: {why}.");
}
