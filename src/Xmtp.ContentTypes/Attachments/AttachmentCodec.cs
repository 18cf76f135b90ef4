using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>Files inside messages, <c>xmtp.org/attachment:1.0</c> (XIP-15): name and MIME type as parameters, the file as content.</summary>
public sealed class AttachmentCodec : IContentCodec<Attachment>
{
    private const string FileNameParameter = "filename";
    private const string MimeTypeParameter = "mimeType";

    /// <summary>The type.</summary>
    public static ContentTypeId Type { get; } = ContentTypeId.Standard("attachment");

    /// <inheritdoc/>
    public ContentTypeId ContentType => Type;

    /// <inheritdoc/>
    public Proto.EncodedContent Encode(Attachment content, CodecContext context)
    {
        ArgumentNullException.ThrowIfNull(content);
        return new Proto.EncodedContent
        {
            Type = Type.ToProto(),
            Parameters = { [FileNameParameter] = content.FileName, [MimeTypeParameter] = content.MimeType },
            Content = ByteString.CopyFrom(content.Data.Span),
        };
    }

    /// <inheritdoc/>
    public Attachment Decode(Proto.EncodedContent encoded, CodecContext context)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        if (!encoded.Parameters.TryGetValue(FileNameParameter, out var fileName) || !encoded.Parameters.TryGetValue(MimeTypeParameter, out var mimeType))
        {
            throw new XmtpException(ErrorCatalogue.MalformedData, "an attachment without the parameters filename and mimeType");
        }

        return new Attachment(fileName, mimeType, encoded.Content.Memory);
    }

    /// <inheritdoc/>
    public string? Fallback(Attachment content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return FallbackFor(content.FileName);
    }

    internal static string FallbackFor(string fileName) => $"Can’t display \"{fileName}\". This app doesn’t support attachments.";
}
