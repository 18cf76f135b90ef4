using System.Globalization;
using System.Text;
using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>Pointers to encrypted files, <c>xmtp.org/remoteStaticAttachment:1.0</c> (XIP-17, XIP-18): keys as parameters, the address as content.</summary>
public sealed class RemoteAttachmentCodec : IContentCodec<RemoteAttachment>
{
    private const string ContentDigestParameter = "contentDigest";
    private const string SaltParameter = "salt";
    private const string NonceParameter = "nonce";
    private const string SecretParameter = "secret";
    private const string SchemeParameter = "scheme";
    private const string ContentLengthParameter = "contentLength";
    private const string FileNameParameter = "filename";
    private const string Scheme = "https://";
    private const string Nameless = "attachment";

    /// <summary>The type.</summary>
    public static ContentTypeId Type { get; } = ContentTypeId.Standard("remoteStaticAttachment");

    /// <inheritdoc/>
    public ContentTypeId ContentType => Type;

    /// <inheritdoc/>
    public Proto.EncodedContent Encode(RemoteAttachment content, CodecContext context)
    {
        ArgumentNullException.ThrowIfNull(content);
        var encoded = new Proto.EncodedContent
        {
            Type = Type.ToProto(),
            Parameters =
            {
                [ContentDigestParameter] = Convert.ToHexStringLower(content.ContentDigest.Span),
                [SaltParameter] = Convert.ToHexStringLower(content.Salt.Span),
                [NonceParameter] = Convert.ToHexStringLower(content.Nonce.Span),
                [SecretParameter] = Convert.ToHexStringLower(content.Secret.Span),
                [SchemeParameter] = Scheme,
            },
            Content = ByteString.CopyFromUtf8(content.Url.OriginalString),
        };
        if (content.ContentLength is { } length) encoded.Parameters[ContentLengthParameter] = length.ToString(CultureInfo.InvariantCulture);
        if (content.FileName is { } fileName) encoded.Parameters[FileNameParameter] = fileName;
        return encoded;
    }

    /// <inheritdoc/>
    public RemoteAttachment Decode(Proto.EncodedContent encoded, CodecContext context)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        var parameters = encoded.Parameters;
        if (!Uri.TryCreate(Encoding.UTF8.GetString(encoded.Content.Span), UriKind.Absolute, out var url))
        {
            throw new XmtpException(ErrorCatalogue.MalformedData, "a remote attachment without an address");
        }

        if (!RemoteAttachment.IsAllowed(url) || (parameters.TryGetValue(SchemeParameter, out var scheme) && scheme != Scheme))
        {
            throw new XmtpException(ErrorCatalogue.MalformedData, "a remote attachment that is not at an https address: scheme must be https");
        }

        return new RemoteAttachment
        {
            Url = url,
            ContentDigest = ReadHex(encoded, ContentDigestParameter, RemoteAttachment.ContentDigestLength),
            Salt = ReadHex(encoded, SaltParameter, RemoteAttachment.SaltLength),
            Nonce = ReadHex(encoded, NonceParameter, RemoteAttachment.NonceLength),
            Secret = ReadHex(encoded, SecretParameter, RemoteAttachment.SecretLength),
            ContentLength = ReadLength(parameters.GetValueOrDefault(ContentLengthParameter)),
            FileName = parameters.GetValueOrDefault(FileNameParameter),
        };
    }

    /// <inheritdoc/>
    public string? Fallback(RemoteAttachment content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return AttachmentCodec.FallbackFor(content.FileName ?? Nameless);
    }

    // The parameter may be a secret, so the text of the failure names it and does not quote it.
    private static byte[] ReadHex(Proto.EncodedContent encoded, string parameter, int length)
    {
        var bytes = new byte[length];
        var isHex = encoded.Parameters.TryGetValue(parameter, out var text) && text.Length == length * 2
            && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        return isHex
            ? bytes
            : throw new XmtpException(ErrorCatalogue.MalformedData, $"a remote attachment whose parameter {parameter} is not {length} bytes in hex");
    }

    // A hint only, so whatever is no length counts as missing.
    private static long? ReadLength(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;
}
