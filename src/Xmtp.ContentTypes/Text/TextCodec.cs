using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>Plain text, <c>xmtp.org/text:1.0</c> (XIP-5): a <see cref="string"/> as UTF-8.</summary>
/// <remarks>As in published clients, bytes that are no UTF-8 read as U+FFFD, and the <c>encoding</c> parameter may be missing.</remarks>
public sealed class TextCodec : IContentCodec<string>
{
    /// <summary>The type.</summary>
    public static ContentTypeId Type { get; } = ContentTypeId.Standard("text");

    /// <inheritdoc/>
    public ContentTypeId ContentType => Type;

    /// <inheritdoc/>
    public Proto.EncodedContent Encode(string content, CodecContext context) => Utf8Content.Encode(Type, content);

    /// <inheritdoc/>
    public string Decode(Proto.EncodedContent encoded, CodecContext context) => Utf8Content.Decode(encoded);
}
