using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Cryptography;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Messages;

/// <summary>Reading what strangers wrote: false instead of an exception.</summary>
internal static class WireReader
{
    private const int StackLengthMax = 1024;

    public static bool TryParse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out T? message)
        where T : class, IMessage<T>
    {
        try
        {
            message = parser.ParseFrom(bytes);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            message = null;
            return false;
        }
    }

    /// <summary>Whether the one known arm is there and its lengths are right, which is checked before any key is touched.</summary>
    public static bool IsWellFormed([NotNullWhen(true)] Proto.Ciphertext? ciphertext) =>
        ciphertext?.Aes256GcmHkdfSha256 is { } parts &&
        parts.HkdfSalt.Length == AesGcmHkdf.SaltLength &&
        parts.GcmNonce.Length == CryptoProvider.GcmNonceLength &&
        parts.Payload.Length >= CryptoProvider.GcmTagLength;

    /// <summary>A signature made by an XMTP key.</summary>
    public static bool TryReadSignature(Proto.Signature? received, [NotNullWhen(true)] out EcdsaSignature? signature)
    {
        signature = received?.EcdsaCompact is { Bytes.Length: CryptoProvider.SignatureLength, Recovery: <= 1 } compact
            ? new EcdsaSignature(compact.Bytes.Span, (int)compact.Recovery)
            : null;
        return signature is not null;
    }

    /// <summary>SHA-256 of a header followed by the content it belongs to.</summary>
    public static void HashJoined(ReadOnlySpan<byte> header, ReadOnlySpan<byte> content, Span<byte> digest)
    {
        // A copy of a usual message costs less than an incremental hash object.
        if (header.Length + content.Length <= StackLengthMax)
        {
            Span<byte> joined = stackalloc byte[StackLengthMax];
            header.CopyTo(joined);
            content.CopyTo(joined[header.Length..]);
            SHA256.HashData(joined[..(header.Length + content.Length)], digest);
            return;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(content);
        hash.GetHashAndReset(digest);
    }
}
