using System.Text.Json;
using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes.Tests.Attachments;

public class RemoteAttachmentTests
{
    private static readonly JsonElement Vector = Vectors.Load("11-remote-attachment.json");

    private static readonly Attachment Note = new(
        Vector.Member("attachment").Text("filename"), Vector.Member("attachment").Text("mime_type"), Vector.Member("attachment").Bytes("data"));

    private static readonly Uri Url = new(Vector.Text("url"));

    [Theory]
    [ClassData(typeof(CryptoProviders))]
    public void Encrypt_WithTheVectorsRandomness_GivesItsPayloadAndMessage(string provider)
    {
        using var random = new ScriptedRandom(Vector.Bytes("secret"), Vector.Bytes("salt"), Vector.Bytes("nonce"));
        var encrypted = AttachmentCipher.Encrypt(Note, CodecRegistry.Default, CryptoProviders.Get(provider), random);

        Assert.Equal(0, random.Remaining);
        Assert.Equal(Vector.Text("payload_to_upload"), Vectors.Hex(encrypted.Payload.Span));
        Assert.Equal(Vector.Text("content_digest_sha256_hex"), Vectors.Hex(encrypted.ContentDigest.Span));
        var encoded = CodecRegistry.Default.Encode(encrypted.ToRemoteAttachment(Url));
        Assert.Equal(Vector.Text("content_bytes"), Vectors.Hex(encoded.Content.Span));
        Assert.Equal(Vector.Text("fallback"), encoded.Fallback);
        Assert.Equal(Vector.Member("parameters").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!), encoded.Parameters.ToDictionary());
        Assert.Equal(Vector.Text("encoded_content_bytes"), Vectors.Hex(encoded.ToByteArray()));
    }

    [Theory]
    [ClassData(typeof(CryptoProviders))]
    public void Decrypt_TheVectorsPayload_GivesTheAttachment(string provider)
    {
        var decoded = CodecRegistry.Default.Decode(Vector.Bytes("encoded_content_bytes"));
        Assert.True(decoded.ShouldPush);
        Assert.True(decoded.TryGet<RemoteAttachment>(out var remote));
        Assert.Equal(Vector.Text("url"), remote.Url.OriginalString);
        Assert.Equal(103, remote.ContentLength);
        Assert.Equal("note.txt", remote.SafeFileName);
        var opened = AttachmentCipher.Decrypt(remote, Vector.Bytes("payload_to_upload"), provider: CryptoProviders.Get(provider));
        Assert.Equal(Note, opened.Content);
        Assert.Equal(Vector.Text("inner_encoded_content"), Vectors.Hex(opened.Encoded.ToByteArray()));
    }

    [Theory]
    [ClassData(typeof(CryptoProviders))]
    public void Decrypt_TamperedPayload_Fails(string provider)
    {
        var remote = Remote();
        var tampered = Vector.Member("negative").Bytes("tampered_payload");
        var exception = ContentAssert.Fails(
            ErrorCatalogue.CryptographyFailed, () => AttachmentCipher.Decrypt(remote, tampered, provider: CryptoProviders.Get(provider)));
        Assert.Equal(Vector.Member("negative").Text("tampered_error"), exception.Message);
        ContentAssert.Fails(ErrorCatalogue.CryptographyFailed, () => AttachmentCipher.Verify(remote, tampered));
        AttachmentCipher.Verify(remote, Vector.Bytes("payload_to_upload"));
    }

    [Theory]
    [ClassData(typeof(CryptoProviders))]
    public void Decrypt_WrongKeysOrShortPayload_Fails(string provider)
    {
        var cryptography = CryptoProviders.Get(provider);
        var payload = Vector.Bytes("payload_to_upload");
        foreach (var wrong in new[] { Remote() with { Secret = new byte[32] }, Remote() with { Salt = new byte[32] }, Remote() with { Nonce = new byte[12] } })
            ContentAssert.Fails(ErrorCatalogue.CryptographyFailed, () => AttachmentCipher.Decrypt(wrong, payload, provider: cryptography));
        ContentAssert.Fails(ErrorCatalogue.MalformedData, () => AttachmentCipher.Decrypt(Remote(), default, provider: cryptography));
        var tiny = Remote() with { ContentDigest = System.Security.Cryptography.SHA256.HashData(payload.AsSpan(0, 15)) };
        ContentAssert.Fails(ErrorCatalogue.MalformedData, () => AttachmentCipher.Decrypt(tiny, payload.AsMemory(0, 15), provider: cryptography));
    }

    [Theory]
    [ClassData(typeof(CryptoProviders))]
    public void RoundTrip_AnyContent_IsKept(string provider)
    {
        var random = SeededRandom.Fresh();
        var cryptography = CryptoProviders.Get(provider);
        foreach (var length in new[] { 0, 1, 15, 16, 17, 1000, 2_000_000 })
        {
            var attachment = new Attachment("photo.jpg", "image/jpeg", random.Bytes(length));
            var encrypted = AttachmentCipher.Encrypt(attachment, provider: cryptography, random: random);
            var remote = CodecRegistry.Default.Decode(CodecRegistry.Default.Encode(encrypted.ToRemoteAttachment(Url)).ToByteArray());
            Assert.Equal(encrypted.ToRemoteAttachment(Url), remote.Content);
            Assert.True(attachment.Equals(AttachmentCipher.Decrypt((RemoteAttachment)remote.Content!, encrypted.Payload, provider: cryptography).Content), random.ToString());
        }
    }

    [Fact]
    public void Encrypt_Twice_SharesNothing()
    {
        var first = AttachmentCipher.Encrypt(Note);
        var second = AttachmentCipher.Encrypt(Note);
        Assert.NotEqual(Vectors.Hex(first.Secret.Span), Vectors.Hex(second.Secret.Span));
        Assert.NotEqual(Vectors.Hex(first.Payload.Span), Vectors.Hex(second.Payload.Span));
    }

    [Fact]
    public void Decrypt_ContentOfUnknownType_TellsSo()
    {
        var encrypted = AttachmentCipher.Encrypt(5, CodecRegistry.Default.With(new NumberCodec()));
        Assert.Null(encrypted.FileName);
        var opened = AttachmentCipher.Decrypt(encrypted.ToRemoteAttachment(Url), encrypted.Payload);
        Assert.Equal("unknown content type example.com/number:1.2", opened.Error);
    }

    [Theory]
    [InlineData("http://example.com/x")]
    [InlineData("ftp://example.com/x")]
    [InlineData("httpsx://example.com/x")]
    [InlineData("file:///etc/passwd")]
    public void Url_NotHttps_IsRefusedBothWays(string url)
    {
        var expected = Vector.Member("negative").Text("http_url_error");
        var exception = Assert.Throws<ArgumentException>(() => AttachmentCipher.Encrypt(Note).ToRemoteAttachment(new Uri(url)));
        Assert.Contains("scheme must be https", exception.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("scheme must be https", expected);
        var encoded = Encoded();
        encoded.Content = ByteString.CopyFromUtf8(url);
        Assert.Contains(expected, ContentAssert.Fails(ErrorCatalogue.MalformedData, () => CodecRegistry.Default.Decode(encoded)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/relative")]
    [InlineData("https://")]
    [InlineData("https:///x")]
    [InlineData("\0")]
    public void Decode_NoAddress_Fails(string url)
    {
        var encoded = Encoded();
        encoded.Content = ByteString.CopyFromUtf8(url);
        ContentAssert.Fails(ErrorCatalogue.MalformedData, () => CodecRegistry.Default.Decode(encoded));
    }

    [Theory]
    [InlineData("contentDigest")]
    [InlineData("salt")]
    [InlineData("nonce")]
    [InlineData("secret")]
    public void Decode_BadHexParameter_Fails(string parameter)
    {
        var good = Vector.Member("parameters").Text(parameter);
        foreach (var bad in new[] { null, "", good[2..], good + "00", "0x" + good[2..], "zz" + good[2..], good[1..], good.Replace(good[0], 'é') })
        {
            var encoded = Encoded();
            if (bad is null) encoded.Parameters.Remove(parameter);
            else encoded.Parameters[parameter] = bad;
            var exception = ContentAssert.Fails(ErrorCatalogue.MalformedData, () => CodecRegistry.Default.Decode(encoded));
            Assert.Contains(parameter, exception.Message, StringComparison.Ordinal);
            if (bad?.Length > 2) Assert.DoesNotContain(bad, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Decode_UpperCaseHex_IsRead()
    {
        var encoded = Encoded();
        encoded.Parameters["secret"] = encoded.Parameters["secret"].ToUpperInvariant();
        Assert.Equal(Remote(), CodecRegistry.Default.Decode(encoded).Content);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("-5", null)]
    [InlineData("NaN", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("5000000000", 5_000_000_000)]
    public void Decode_ContentLength_IsAHintOnly(string? text, long? length)
    {
        var encoded = Encoded();
        if (text is null) encoded.Parameters.Remove("contentLength");
        else encoded.Parameters["contentLength"] = text;
        Assert.Equal(Remote() with { ContentLength = length }, CodecRegistry.Default.Decode(encoded).Content);
    }

    [Fact]
    public void Decode_OldMessageWithoutHints_IsRead()
    {
        var encoded = Encoded();
        foreach (var parameter in new[] { "scheme", "contentLength", "filename" }) encoded.Parameters.Remove(parameter);
        var remote = Assert.IsType<RemoteAttachment>(CodecRegistry.Default.Decode(encoded).Content);
        Assert.Equal((null, null, "attachment"), (remote.FileName, remote.ContentLength, remote.SafeFileName));
        Assert.DoesNotContain("filename", CodecRegistry.Default.Encode(remote).Parameters.Keys);
        encoded.Parameters["scheme"] = "http://";
        ContentAssert.Fails(ErrorCatalogue.MalformedData, () => CodecRegistry.Default.Decode(encoded));
    }

    [Fact]
    public void RemoteAttachment_WrongLengths_AreArgumentExceptions()
    {
        Assert.Throws<ArgumentException>(() => Remote() with { Secret = new byte[31] });
        Assert.Throws<ArgumentException>(() => Remote() with { Salt = new byte[33] });
        Assert.Throws<ArgumentException>(() => Remote() with { Nonce = default });
        Assert.Throws<ArgumentException>(() => Remote() with { ContentDigest = new byte[20] });
        Assert.Throws<ArgumentException>(() => Remote() with { Url = new Uri("x", UriKind.Relative) });
    }

    private static Proto.EncodedContent Encoded() => EncodedContents.Parse(Vector.Bytes("encoded_content_bytes"));

    private static RemoteAttachment Remote() => Assert.IsType<RemoteAttachment>(CodecRegistry.Default.Decode(Encoded()).Content);
}
