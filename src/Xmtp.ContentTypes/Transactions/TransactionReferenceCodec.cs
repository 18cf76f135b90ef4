using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>References to transactions, <c>xmtp.org/transactionReference:1.0</c> (XIP-21): JSON.</summary>
public sealed class TransactionReferenceCodec : IContentCodec<TransactionReference>
{
    /// <summary>The type.</summary>
    public static ContentTypeId Type { get; } = ContentTypeId.Standard("transactionReference");

    /// <inheritdoc/>
    public ContentTypeId ContentType => Type;

    /// <inheritdoc/>
    public Proto.EncodedContent Encode(TransactionReference content, CodecContext context)
    {
        ArgumentNullException.ThrowIfNull(content);
        return new Proto.EncodedContent { Type = Type.ToProto(), Content = ContentJson.Write(content, ContentJsonContext.Default.TransactionReference) };
    }

    /// <inheritdoc/>
    public TransactionReference Decode(Proto.EncodedContent encoded, CodecContext context)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        var reference = ContentJson.TryRead(encoded.Content, ContentJsonContext.Default.TransactionReference);
        if (reference is null || reference.Metadata is { Amount: { } amount } && !double.IsFinite(amount))
        {
            throw new XmtpException(ErrorCatalogue.MalformedData, "a transaction reference that is not JSON with a networkId, or with fields of other kinds");
        }

        return reference;
    }

    /// <inheritdoc/>
    public string? Fallback(TransactionReference content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return content.Reference.Length == 0
            ? "Crypto transaction"
            : $"[Crypto transaction] Use a blockchain explorer to learn more using the transaction hash: {content.Reference}";
    }
}
