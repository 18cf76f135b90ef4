using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>
/// Replies, <c>xmtp.org/reply:1.0</c>: the message answered as parameter, the answer as encoded content of its
/// own. The answer's own type counts; the parameter that repeats it is for people.
/// </summary>
public sealed class ReplyCodec : IContentCodec<Reply>
{
    private const string ContentTypeParameter = "contentType";
    private const string ReferenceParameter = "reference";
    private const string ReferenceInboxIdParameter = "referenceInboxId";

    /// <summary>The type.</summary>
    public static ContentTypeId Type { get; } = ContentTypeId.Standard("reply");

    /// <inheritdoc/>
    public ContentTypeId ContentType => Type;

    /// <inheritdoc/>
    public Proto.EncodedContent Encode(Reply content, CodecContext context)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(context);
        var answer = context.Encode(content.Content, content.ContentType);
        var encoded = new Proto.EncodedContent
        {
            Type = Type.ToProto(),
            Parameters =
            {
                [ContentTypeParameter] = ContentTypeId.FromProto(answer.Type).ToString(),
                [ReferenceParameter] = content.Reference,
            },
            Content = answer.ToByteString(),
        };
        if (content.ReferenceInboxId is { } inboxId) encoded.Parameters[ReferenceInboxIdParameter] = inboxId;
        return encoded;
    }

    /// <inheritdoc/>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.MalformedData"/>: no reference, or the answer does not parse.
    /// <see cref="ErrorCatalogue.ContentUnsupported"/>: no codec reads the answer.
    /// </exception>
    public Reply Decode(Proto.EncodedContent encoded, CodecContext context)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        ArgumentNullException.ThrowIfNull(context);
        if (!encoded.Parameters.TryGetValue(ReferenceParameter, out var reference))
        {
            throw new XmtpException(ErrorCatalogue.MalformedData, "a reply that does not say which message it answers");
        }

        var answer = context.Decode(EncodedContents.Parse(encoded.Content.Span));
        if (!answer.IsKnown) throw new XmtpException(ErrorCatalogue.ContentUnsupported, $"a reply with {answer.Error}");
        return new Reply(reference, answer.Content, answer.Type)
        {
            ReferenceInboxId = encoded.Parameters.GetValueOrDefault(ReferenceInboxIdParameter),
        };
    }

    /// <inheritdoc/>
    public string? Fallback(Reply content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return content.Content switch
        {
            string text => Quote(text),
            Markdown markdown => Quote(markdown.Text),
            _ => "Replied to an earlier message",
        };

        static string Quote(string text) => $"Replied with “{text}” to an earlier message";
    }
}
