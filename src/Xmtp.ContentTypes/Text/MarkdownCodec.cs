using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>Markdown text, <c>xmtp.org/markdown:1.0</c>: UTF-8, like plain text.</summary>
public sealed class MarkdownCodec : IContentCodec<Markdown>
{
    /// <summary>The type.</summary>
    public static ContentTypeId Type { get; } = ContentTypeId.Standard("markdown");

    /// <inheritdoc/>
    public ContentTypeId ContentType => Type;

    /// <inheritdoc/>
    public Proto.EncodedContent Encode(Markdown content, CodecContext context)
    {
        ArgumentNullException.ThrowIfNull(content);
        return Utf8Content.Encode(Type, content.Text);
    }

    /// <inheritdoc/>
    public Markdown Decode(Proto.EncodedContent encoded, CodecContext context) => new(Utf8Content.Decode(encoded));
}
