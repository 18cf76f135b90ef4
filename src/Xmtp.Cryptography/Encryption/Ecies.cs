using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Message = Xmtp.Protocol.MessageContents.SignedEciesCiphertext.Types.Ecies;

namespace Xmtp.Cryptography;

/// <summary>
/// Encryption to a public key in the eccrypto convention, with which published JavaScript clients keep their local
/// store: X of an ephemeral Diffie-Hellman, hashed with SHA-512, gives an AES-256-CBC key and an HMAC-SHA-256 key.
/// </summary>
/// <remarks>
/// Writers disagree about an X that begins with zero bytes: the padded form hashes all 32 bytes, the stripped form drops
/// the zeros. Both are read. Writing avoids such an X, so that every reader understands it.
/// </remarks>
public static class Ecies
{
    private const int CoordinateLength = 32;
    private const int MacLength = 32;

    /// <summary>Encrypts to a public key.</summary>
    /// <param name="recipient">Whose private key decrypts it.</param>
    /// <param name="plaintext">What to encrypt.</param>
    /// <param name="random">Source of the ephemeral key (32 bytes, more when one is unsuitable) and then the 16-byte iv; the system's when null.</param>
    /// <exception cref="CryptographicException">The source of randomness gives no suitable key in many tries: it is broken.</exception>
    public static Message Encrypt(Secp256k1PublicKey recipient, ReadOnlySpan<byte> plaintext, RandomNumberGenerator? random = null)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        Span<byte> point = stackalloc byte[CryptoProvider.PublicKeyLength];
        Span<byte> keys = stackalloc byte[SHA512.HashSizeInBytes];
        try
        {
            var ephemeral = AgreeWithoutLeadingZero(recipient, point, random);
            SHA512.HashData(XOf(point), keys);
            var iv = new byte[CryptoProvider.AesBlockLength];
            Randomness.Fill(random, iv);
            var ciphertext = recipient.Provider.EncryptAesCbc(keys[..CryptoProvider.AesKeyLength], iv, plaintext);
            var mac = new byte[MacLength];
            ComputeMac(keys[CryptoProvider.AesKeyLength..], iv, ephemeral.Span, ciphertext, mac);
            return new Message
            {
                EphemeralPublicKey = UnsafeByteOperations.UnsafeWrap(ephemeral.Bytes),
                Iv = UnsafeByteOperations.UnsafeWrap(iv),
                Mac = UnsafeByteOperations.UnsafeWrap(mac),
                Ciphertext = UnsafeByteOperations.UnsafeWrap(ciphertext),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(point);
            CryptographicOperations.ZeroMemory(keys);
        }
    }

    /// <summary>Decrypts, whichever form the writer used.</summary>
    /// <param name="message">As it was received; null when the field was missing.</param>
    /// <param name="recipient">The private key it was encrypted to.</param>
    /// <exception cref="XmtpException">
    /// MalformedData: a part has the wrong length, or the ephemeral key is no public key.
    /// CryptographyFailed: it was altered or made for another key.
    /// </exception>
    public static byte[] Decrypt(Message? message, Secp256k1PrivateKey recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        if (FindFault(message, recipient.Provider) is { } fault)
            throw new XmtpException(ErrorCatalogue.MalformedData, fault);
        return Open(message!, recipient) ?? throw new XmtpException(
            ErrorCatalogue.CryptographyFailed, "the ECIES message does not authenticate: it was altered or made for another key");
    }

    /// <summary>Decrypts; false where <see cref="Decrypt"/> would throw an <see cref="XmtpException"/>.</summary>
    public static bool TryDecrypt(Message? message, Secp256k1PrivateKey recipient, [NotNullWhen(true)] out byte[]? plaintext)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        plaintext = FindFault(message, recipient.Provider) is null ? Open(message!, recipient) : null;
        return plaintext is not null;
    }

    private static byte[]? Open(Message message, Secp256k1PrivateKey recipient)
    {
        Span<byte> point = stackalloc byte[CryptoProvider.PublicKeyLength];
        try
        {
            recipient.SharedPoint(new Secp256k1PublicKey(message.EphemeralPublicKey.Span, recipient.Provider), point);
            ReadOnlySpan<byte> x = XOf(point);
            var padded = OpenWith(x, message, recipient.Provider);
            return padded is null && x[0] == 0 ? OpenWith(x.TrimStart((byte)0), message, recipient.Provider) : padded;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(point);
        }
    }

    private static byte[]? OpenWith(ReadOnlySpan<byte> x, Message message, CryptoProvider provider)
    {
        Span<byte> keys = stackalloc byte[SHA512.HashSizeInBytes];
        Span<byte> mac = stackalloc byte[MacLength];
        try
        {
            SHA512.HashData(x, keys);
            ComputeMac(keys[CryptoProvider.AesKeyLength..], message.Iv.Span, message.EphemeralPublicKey.Span, message.Ciphertext.Span, mac);
            return CryptographicOperations.FixedTimeEquals(mac, message.Mac.Span)
                ? provider.TryDecryptAesCbc(keys[..CryptoProvider.AesKeyLength], message.Iv.Span, message.Ciphertext.Span)
                : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keys);
        }
    }

    private static Secp256k1PublicKey AgreeWithoutLeadingZero(Secp256k1PublicKey recipient, Span<byte> point, RandomNumberGenerator? random)
    {
        // One key in 256 is unsuitable; a source of randomness that gives none in so many tries is broken.
        const int TriesMax = 64;
        for (var i = 0; i < TriesMax; i++)
        {
            using var ephemeral = Secp256k1PrivateKey.Generate(recipient.Provider, random);
            ephemeral.SharedPoint(recipient, point);
            if (XOf(point)[0] != 0)
                return ephemeral.PublicKey;
        }

        throw new CryptographicException("the source of randomness gives no suitable ephemeral key");
    }

    private static void ComputeMac(
        ReadOnlySpan<byte> macKey, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> ephemeralPublicKey, ReadOnlySpan<byte> ciphertext, Span<byte> mac)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, macKey);
        hmac.AppendData(iv);
        hmac.AppendData(ephemeralPublicKey);
        hmac.AppendData(ciphertext);
        hmac.GetHashAndReset(mac);
    }

    private static string? FindFault(Message? message, CryptoProvider provider)
    {
        if (message is null)
            return "the ECIES message is missing";
        if (message.EphemeralPublicKey.Length != CryptoProvider.PublicKeyLength || !provider.IsValidPublicKey(message.EphemeralPublicKey.Span))
            return "the ECIES message's ephemeral key is no uncompressed public key";
        if (message.Iv.Length != CryptoProvider.AesBlockLength)
            return $"the ECIES message's iv has {message.Iv.Length} bytes, not {CryptoProvider.AesBlockLength}";
        if (message.Mac.Length != MacLength)
            return $"the ECIES message's MAC has {message.Mac.Length} bytes, not {MacLength}";
        return message.Ciphertext.Length == 0 || message.Ciphertext.Length % CryptoProvider.AesBlockLength != 0
            ? $"the ECIES message's ciphertext has {message.Ciphertext.Length} bytes, not a positive multiple of {CryptoProvider.AesBlockLength}"
            : null;
    }

    private static Span<byte> XOf(Span<byte> point) => point.Slice(1, CoordinateLength);
}
