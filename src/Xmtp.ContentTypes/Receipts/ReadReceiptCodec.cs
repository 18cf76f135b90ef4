using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>Read receipts, <c>xmtp.org/readReceipt:1.0</c>. They wake no device; whatever content one carries is ignored.</summary>
public sealed class ReadReceiptCodec : IContentCodec<ReadReceipt>
{
    private static readonly ReadReceipt Receipt = new();

    /// <summary>The type.</summary>
    public static ContentTypeId Type { get; } = ContentTypeId.Standard("readReceipt");

    /// <inheritdoc/>
    public ContentTypeId ContentType => Type;

    /// <inheritdoc/>
    public Proto.EncodedContent Encode(ReadReceipt content, CodecContext context) => new() { Type = Type.ToProto() };

    /// <inheritdoc/>
    public ReadReceipt Decode(Proto.EncodedContent encoded, CodecContext context) => Receipt;

    /// <inheritdoc/>
    public bool ShouldPush(ReadReceipt content) => false;
}
