using Google.Protobuf;
using Xmtp.Conformance.Vectors;
using Xmtp.ContentTypes;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Conformance;

/// <summary>File 11.</summary>
public sealed class RemoteAttachmentTests
{
    private static readonly Vector Root = VectorFiles.Open("11-remote-attachment");

    private static Attachment Attachment =>
        new(Root["attachment"]["filename"].Text, Root["attachment"]["mime_type"].Text, Root["attachment"]["data"].Bytes);

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public void Encrypt_WithTheVectorsRandomness_GivesTheVectorsUploadAndMessage(string providerName)
    {
        var provider = Providers.Get(providerName);
        using var random = new ScriptedRandom(Root["secret"].Bytes, Root["salt"].Bytes, Root["nonce"].Bytes);

        var encrypted = AttachmentCipher.Encrypt(Attachment, CodecRegistry.Default, provider, random);

        Assert.Equal(0, random.Remaining);
        Assert.Equal(Root["payload_to_upload"].Bytes, encrypted.Payload.ToArray());
        Assert.Equal(Root["content_digest_sha256_hex"].Bytes, encrypted.ContentDigest.ToArray());
        Assert.Empty(Root["aad"].Bytes);
        var encoded = CodecRegistry.Default.Encode(encrypted.ToRemoteAttachment(new Uri(Root["url"].Text)));
        Assert.Equal(Root["parameters"].Texts, encoded.Parameters);
        Assert.Equal(Root["content_bytes"].Bytes, encoded.Content.ToByteArray());
        Assert.Equal(Root["fallback"].Text, encoded.Fallback);
        Assert.Equal(Proto.EncodedContent.Parser.ParseFrom(Root["encoded_content_bytes"].Bytes), encoded);
        Assert.Equal(Root["inner_encoded_content"].Bytes, new CodecContext(CodecRegistry.Default).Encode(Attachment).ToByteArray());
    }

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public void Decrypt_OfTheDownload_GivesTheAttachment(string providerName)
    {
        var provider = Providers.Get(providerName);

        var decoded = AttachmentCipher.Decrypt(Received(), Root["payload_to_upload"].Bytes, CodecRegistry.Default, provider);

        Assert.Equal(Attachment, decoded.Content);
    }

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public void Decrypt_OfATamperedDownload_IsRefused(string providerName)
    {
        var provider = Providers.Get(providerName);
        Assert.Equal("content digest does not match", Root["negative"]["tampered_error"].Text);

        var failure = Assert.Throws<XmtpException>(
            () => AttachmentCipher.Decrypt(Received(), Root["negative"]["tampered_payload"].Bytes, CodecRegistry.Default, provider));

        Assert.Equal(ErrorCatalogue.CryptographyFailed, failure.Code);
    }

    [Fact]
    public void Url_WithoutTls_IsRefused()
    {
        Assert.Equal("scheme must be https", Root["negative"]["http_url_error"].Text);

        Assert.ThrowsAny<ArgumentException>(() => Received() with { Url = new Uri("http://example.com/encrypted/1") });
    }

    private static RemoteAttachment Received() =>
        Assert.IsType<RemoteAttachment>(CodecRegistry.Default.Decode(Root["encoded_content_bytes"].Bytes).Content);
}
