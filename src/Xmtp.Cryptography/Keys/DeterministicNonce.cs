using System.Security.Cryptography;

namespace Xmtp.Cryptography;

/// <summary>
/// The signature nonce of RFC 6979, section 3.2, with HMAC-SHA-256 and no extra entropy, for secp256k1: the same key
/// and digest always give the same signature, and no randomness can fail and give the key away.
/// </summary>
internal static class DeterministicNonce
{
    /// <summary>Writes the <paramref name="attempt"/>-th suitable nonce, counted from 0.</summary>
    /// <param name="privateKey">32 bytes, a valid scalar.</param>
    /// <param name="reducedDigest">32 bytes, the digest mod n.</param>
    /// <param name="attempt">How many suitable nonces to pass over.</param>
    /// <param name="nonce">Receives 32 bytes, a valid scalar.</param>
    public static void Derive(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> reducedDigest, int attempt, Span<byte> nonce)
    {
        Span<byte> key = stackalloc byte[Scalar.Length];
        // V, a separator byte, the private key, the digest: what both seeding steps authenticate.
        Span<byte> seed = stackalloc byte[(3 * Scalar.Length) + 1];
        var value = seed[..Scalar.Length];
        key.Clear();
        value.Fill(0x01);
        privateKey.CopyTo(seed[33..]);
        reducedDigest.CopyTo(seed[65..]);
        try
        {
            for (byte separator = 0; separator < 2; separator++)
            {
                seed[32] = separator;
                HMACSHA256.HashData(key, seed, key);
                HMACSHA256.HashData(key, value, value);
            }

            while (true)
            {
                HMACSHA256.HashData(key, value, value);
                if (Scalar.IsInRange(value) && attempt-- == 0)
                {
                    value.CopyTo(nonce);
                    return;
                }

                seed[32] = 0;
                HMACSHA256.HashData(key, seed[..33], key);
                HMACSHA256.HashData(key, value, value);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(seed);
        }
    }
}
