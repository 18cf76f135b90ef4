using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>Encrypts content for upload and opens what was downloaded (XIP-17). Moving the bytes is the caller's part.</summary>
public static class AttachmentCipher
{
    /// <summary>Encodes a value, usually an <see cref="Attachment"/>, and encrypts it under a new secret.</summary>
    /// <param name="content">The value.</param>
    /// <param name="registry">Where its codec is found; <see cref="CodecRegistry.Default"/> if null.</param>
    /// <param name="provider"><see cref="CryptoProvider.Default"/> if null.</param>
    /// <param name="random">The system's if null.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ContentUnsupported"/>: no codec writes the value.</exception>
    public static EncryptedAttachment Encrypt(
        object content, CodecRegistry? registry = null, CryptoProvider? provider = null, RandomNumberGenerator? random = null)
    {
        ArgumentNullException.ThrowIfNull(content);
        var plaintext = new CodecContext(registry ?? CodecRegistry.Default).Encode(content).ToByteArray();
        var secret = new byte[RemoteAttachment.SecretLength];
        if (random is null) RandomNumberGenerator.Fill(secret);
        else random.GetBytes(secret);
        var ciphertext = AesGcmHkdf.Encrypt(provider ?? CryptoProvider.Default, secret, plaintext, aad: default, random).Aes256GcmHkdfSha256;
        return new EncryptedAttachment
        {
            Payload = ciphertext.Payload.Memory,
            ContentDigest = SHA256.HashData(ciphertext.Payload.Span),
            Salt = ciphertext.HkdfSalt.Memory,
            Nonce = ciphertext.GcmNonce.Memory,
            Secret = secret,
            FileName = (content as Attachment)?.FileName,
        };
    }

    /// <summary>Checks that a download is what the message points at, without opening it.</summary>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.MalformedData"/>: empty. <see cref="ErrorCatalogue.CryptographyFailed"/>: other bytes than the sender uploaded.
    /// </exception>
    public static void Verify(RemoteAttachment attachment, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        if (payload.IsEmpty) throw new XmtpException(ErrorCatalogue.MalformedData, "the download is empty");
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload, digest);
        if (!digest.SequenceEqual(attachment.ContentDigest.Span)) throw new XmtpException(ErrorCatalogue.CryptographyFailed, "content digest does not match");
    }

    /// <summary>Verifies, decrypts and decodes a download.</summary>
    /// <param name="attachment">The content of the message.</param>
    /// <param name="payload">The bytes found at its address; bound their length while downloading.</param>
    /// <param name="registry">Where the codec of the content is found; <see cref="CodecRegistry.Default"/> if null.</param>
    /// <param name="provider"><see cref="CryptoProvider.Default"/> if null.</param>
    /// <returns>Usually an <see cref="Attachment"/>; without content if its type is unknown.</returns>
    /// <exception cref="XmtpException">
    /// As <see cref="Verify"/> and <see cref="CodecRegistry.Decode(Proto.EncodedContent)"/>, and
    /// <see cref="ErrorCatalogue.CryptographyFailed"/> when the keys of the message do not open the payload.
    /// </exception>
    public static DecodedContent Decrypt(
        RemoteAttachment attachment, ReadOnlyMemory<byte> payload, CodecRegistry? registry = null, CryptoProvider? provider = null)
    {
        Verify(attachment, payload.Span);
        var ciphertext = new Proto.Ciphertext
        {
            Aes256GcmHkdfSha256 = new Proto.Ciphertext.Types.Aes256gcmHkdfsha256
            {
                HkdfSalt = UnsafeByteOperations.UnsafeWrap(attachment.Salt),
                GcmNonce = UnsafeByteOperations.UnsafeWrap(attachment.Nonce),
                Payload = UnsafeByteOperations.UnsafeWrap(payload),
            },
        };
        var plaintext = AesGcmHkdf.Decrypt(provider ?? CryptoProvider.Default, ciphertext, attachment.Secret.Span, aad: default);
        return (registry ?? CodecRegistry.Default).Decode(plaintext);
    }
}
