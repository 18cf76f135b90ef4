using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Cryptography;

/// <summary>
/// XMTP's one way to encrypt: a fresh 32-byte salt turns the secret into an AES-256 key by HKDF-SHA-256 (RFC 5869, empty
/// info), which then encrypts under a fresh 12-byte nonce in GCM. The secret may have any length.
/// </summary>
public static class AesGcmHkdf
{
    /// <summary>Length of the HKDF salt.</summary>
    public const int SaltLength = 32;

    /// <summary>Encrypts.</summary>
    /// <param name="provider">Computes it.</param>
    /// <param name="secret">Shared secret or key material, of any length.</param>
    /// <param name="plaintext">What to encrypt.</param>
    /// <param name="aad">What to authenticate along with it; may be empty.</param>
    /// <param name="random">Source of salt (first 32 bytes) and nonce (next 12); the system's when null.</param>
    public static Proto.Ciphertext Encrypt(
        CryptoProvider provider, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> aad, RandomNumberGenerator? random = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        const int RandomLength = SaltLength + CryptoProvider.GcmNonceLength;
        var parts = GC.AllocateUninitializedArray<byte>(checked(RandomLength + plaintext.Length + CryptoProvider.GcmTagLength));
        Randomness.Fill(random, parts.AsSpan(0, RandomLength));
        var (salt, nonce, payload) = (parts.AsMemory(0, SaltLength), parts.AsMemory(SaltLength, CryptoProvider.GcmNonceLength), parts.AsMemory(RandomLength));
        Span<byte> key = stackalloc byte[CryptoProvider.AesKeyLength];
        try
        {
            DeriveKey(secret, salt.Span, key);
            provider.EncryptAesGcm(key, nonce.Span, plaintext, aad, payload.Span);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }

        // The array is ours alone and never written again, so protobuf may keep its parts without a copy.
        return new Proto.Ciphertext
        {
            Aes256GcmHkdfSha256 = new Proto.Ciphertext.Types.Aes256gcmHkdfsha256
            {
                HkdfSalt = UnsafeByteOperations.UnsafeWrap(salt),
                GcmNonce = UnsafeByteOperations.UnsafeWrap(nonce),
                Payload = UnsafeByteOperations.UnsafeWrap(payload),
            },
        };
    }

    /// <summary>Decrypts.</summary>
    /// <param name="provider">Computes it.</param>
    /// <param name="ciphertext">As it was received; null when the field was missing.</param>
    /// <param name="secret">The secret it was encrypted with.</param>
    /// <param name="aad">What was authenticated along with it.</param>
    /// <exception cref="XmtpException">
    /// MalformedData: the ciphertext is missing or a part has the wrong length.
    /// CryptographyFailed: it was altered, or made with another secret or other associated data.
    /// </exception>
    public static byte[] Decrypt(CryptoProvider provider, Proto.Ciphertext? ciphertext, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> aad)
    {
        ArgumentNullException.ThrowIfNull(provider);
        if (FindFault(ciphertext?.Aes256GcmHkdfSha256) is { } fault)
            throw new XmtpException(ErrorCatalogue.MalformedData, fault);
        return Open(provider, ciphertext!.Aes256GcmHkdfSha256, secret, aad) ?? throw new XmtpException(
            ErrorCatalogue.CryptographyFailed, "the ciphertext does not authenticate: it was altered, or made with another secret or other associated data");
    }

    /// <summary>Decrypts; false where <see cref="Decrypt"/> would throw an <see cref="XmtpException"/>.</summary>
    public static bool TryDecrypt(
        CryptoProvider provider, Proto.Ciphertext? ciphertext, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> aad, [NotNullWhen(true)] out byte[]? plaintext)
    {
        ArgumentNullException.ThrowIfNull(provider);
        var parts = ciphertext?.Aes256GcmHkdfSha256;
        plaintext = FindFault(parts) is null ? Open(provider, parts!, secret, aad) : null;
        return plaintext is not null;
    }

    private static byte[]? Open(
        CryptoProvider provider, Proto.Ciphertext.Types.Aes256gcmHkdfsha256 parts, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> aad)
    {
        var plaintext = GC.AllocateUninitializedArray<byte>(parts.Payload.Length - CryptoProvider.GcmTagLength);
        Span<byte> key = stackalloc byte[CryptoProvider.AesKeyLength];
        try
        {
            DeriveKey(secret, parts.HkdfSalt.Span, key);
            return provider.TryDecryptAesGcm(key, parts.GcmNonce.Span, parts.Payload.Span, aad, plaintext) ? plaintext : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static string? FindFault(Proto.Ciphertext.Types.Aes256gcmHkdfsha256? parts)
    {
        if (parts is null)
            return "the ciphertext is missing";
        if (parts.HkdfSalt.Length != SaltLength)
            return $"the ciphertext's salt has {parts.HkdfSalt.Length} bytes, not {SaltLength}";
        if (parts.GcmNonce.Length != CryptoProvider.GcmNonceLength)
            return $"the ciphertext's nonce has {parts.GcmNonce.Length} bytes, not {CryptoProvider.GcmNonceLength}";
        return parts.Payload.Length < CryptoProvider.GcmTagLength
            ? $"the ciphertext's payload has {parts.Payload.Length} bytes, less than the {CryptoProvider.GcmTagLength} of its tag"
            : null;
    }

    private static void DeriveKey(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, Span<byte> key) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt, info: default);
}
