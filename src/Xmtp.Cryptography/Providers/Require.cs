using System.Runtime.CompilerServices;

namespace Xmtp.Cryptography;

/// <summary>Length checks both providers share, so that they refuse the same calls with the same words.</summary>
internal static class Require
{
    public static void Length(ReadOnlySpan<byte> span, int expected, [CallerArgumentExpression(nameof(span))] string? name = null)
    {
        if (span.Length != expected)
            throw new ArgumentException($"{name} has {span.Length} bytes; it must have {expected}", name);
    }

    public static void GcmLengths(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, int plaintext, int ciphertextAndTag)
    {
        Length(key, CryptoProvider.AesKeyLength);
        Length(nonce, CryptoProvider.GcmNonceLength);
        if (ciphertextAndTag < CryptoProvider.GcmTagLength || ciphertextAndTag - CryptoProvider.GcmTagLength != plaintext)
        {
            throw new ArgumentException(
                $"a ciphertext and tag of {ciphertextAndTag} bytes do not fit a plaintext of {plaintext}; the difference must be {CryptoProvider.GcmTagLength}",
                nameof(ciphertextAndTag));
        }
    }

    public static ArgumentException InvalidPrivateKey(string name) => new("the private key is zero or not below the order of secp256k1", name);

    public static ArgumentException InvalidPublicKey(string name) => new("the public key is not an uncompressed point of secp256k1", name);
}
