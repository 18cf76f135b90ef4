using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Protocol.MessageContents;

namespace Xmtp.Cli.Decoding;

/// <summary>
/// Reading messages whose kind is not known. A protobuf message says nothing of its kind and takes nearly any bytes, so one counts only
/// when every byte belongs to a field that it knows, and lengths are those of the protocol.
/// </summary>
internal static class StrictProto
{
    public static bool TryParse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes, bool strict, [NotNullWhen(true)] out T? message)
        where T : class, IMessage<T>
    {
        message = null;
        if (bytes.IsEmpty) return false;
        try
        {
            var parsed = parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
            if (strict && parsed.CalculateSize() != bytes.Length) return false;
            message = parsed;
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    public static bool IsWellFormed([NotNullWhen(true)] Ciphertext? ciphertext) => ciphertext?.Aes256GcmHkdfSha256 is { } parts &&
        parts.HkdfSalt.Length == AesGcmHkdf.SaltLength && parts.GcmNonce.Length == CryptoProvider.GcmNonceLength && parts.Payload.Length >= CryptoProvider.GcmTagLength;
}
