using System.Security.Cryptography;
using Xmtp.Cryptography;

namespace Xmtp.Identity;

/// <summary>A private key of this account with its signed public half. The owner disposes it.</summary>
/// <param name="timestamp">Creation time as stored, milliseconds since 1970 by intent; the public half carries its own.</param>
/// <param name="key">The secret.</param>
/// <param name="publicKey">The public half, signed.</param>
internal sealed class PrivateKeyV1(ulong timestamp, Secp256k1PrivateKey key, PublicKeyV1 publicKey) : IDisposable
{
    internal ulong Timestamp { get; } = timestamp;

    internal Secp256k1PrivateKey Key { get; } = key;

    internal PublicKeyV1 PublicKey { get; } = publicKey;

    /// <summary>Makes a pre-key and signs it with the identity key.</summary>
    internal static PrivateKeyV1 GeneratePreKey(
        Secp256k1PrivateKey identityKey, ulong timestamp, CryptoProvider provider, RandomNumberGenerator? random)
    {
        Secp256k1PrivateKey key = Secp256k1PrivateKey.Generate(provider, random);
        var unsigned = PublicKeyV1.Serialise(timestamp, key.PublicKey);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(unsigned.Span, digest);
        return new(timestamp, key, new PublicKeyV1(timestamp, key.PublicKey, identityKey.Sign(digest), unsigned));
    }

    /// <summary>Copies the key, so that two owners can each dispose theirs.</summary>
    internal PrivateKeyV1 Copy()
    {
        Span<byte> bytes = stackalloc byte[CryptoProvider.PrivateKeyLength];
        Key.CopyTo(bytes);
        try
        {
            return new(Timestamp, new Secp256k1PrivateKey(bytes, Key.Provider), PublicKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Key.Dispose();
}
