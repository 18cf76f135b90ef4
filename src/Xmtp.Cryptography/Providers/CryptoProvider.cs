namespace Xmtp.Cryptography;

/// <summary>
/// The primitives that XMTP is built from, behind one face: a native provider where the system has
/// <c>libsecp256k1</c>, a managed one everywhere else. Both pass the same tests. All members are
/// safe for concurrent use. Lengths are checked: a span of the wrong length is a <see cref="ArgumentException"/>,
/// because callers bound outside input before they come here.
/// </summary>
public abstract class CryptoProvider
{
    /// <summary>Length of a private key, big-endian.</summary>
    public const int PrivateKeyLength = 32;

    /// <summary>Length of an uncompressed public key, <c>0x04 || X || Y</c>.</summary>
    public const int PublicKeyLength = 65;

    /// <summary>Length of a compact signature, <c>R || S</c>.</summary>
    public const int SignatureLength = 64;

    /// <summary>Length of every digest that is signed.</summary>
    public const int DigestLength = 32;

    /// <summary>Length of an AES-256 key.</summary>
    public const int AesKeyLength = 32;

    /// <summary>Length of an AES block, and so of a CBC initialisation vector.</summary>
    public const int AesBlockLength = 16;

    /// <summary>Length of a GCM nonce.</summary>
    public const int GcmNonceLength = 12;

    /// <summary>Length of a GCM tag; it follows the ciphertext.</summary>
    public const int GcmTagLength = 16;

    private static readonly Lazy<CryptoProvider> DefaultProvider = new(ProviderSelection.FromEnvironment, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>
    /// The fastest provider that works here: native where the system has a usable <c>libsecp256k1</c>, managed
    /// otherwise. The environment variable <c>XMTP_CRYPTO</c>, read once, forces <c>native</c> or <c>managed</c>.
    /// </summary>
    /// <exception cref="Xmtp.Protocol.Errors.XmtpException">
    /// CryptographyUnavailable: <c>XMTP_CRYPTO</c> asks for a provider that does not exist or does not work here.
    /// </exception>
    public static CryptoProvider Default => DefaultProvider.Value;

    /// <summary>Name for logs and diagnostics.</summary>
    public abstract string Name { get; }

    /// <summary>Whether 32 bytes are a scalar in 1 … n-1.</summary>
    public abstract bool IsValidPrivateKey(ReadOnlySpan<byte> privateKey);

    /// <summary>Whether 65 bytes are <c>0x04</c> and a point on the curve.</summary>
    public abstract bool IsValidPublicKey(ReadOnlySpan<byte> publicKey);

    /// <summary>Computes the uncompressed public key.</summary>
    /// <exception cref="ArgumentException">The private key is no valid scalar.</exception>
    public abstract void GetPublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey);

    /// <summary>Signs a 32-byte digest: RFC 6979 nonce with HMAC-SHA-256 and no extra entropy, low S.</summary>
    /// <returns>The recovery id, 0 or 1.</returns>
    /// <exception cref="ArgumentException">The private key is no valid scalar.</exception>
    public abstract int Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> digest, Span<byte> signature);

    /// <summary>Verifies a compact signature. High S, zero or out-of-range parts and invalid keys give false.</summary>
    public abstract bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature);

    /// <summary>
    /// Recovers the signer. It nearly always succeeds: a wrong signature gives another key, so callers compare what
    /// comes out. High S is accepted here, as published clients do.
    /// </summary>
    /// <param name="digest">32 bytes that were signed.</param>
    /// <param name="signature">64 bytes, <c>R || S</c>.</param>
    /// <param name="recovery">0 or 1; anything else gives false.</param>
    /// <param name="publicKey">Receives 65 bytes.</param>
    public abstract bool TryRecover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, int recovery, Span<byte> publicKey);

    /// <summary>Multiplies the public point by the private scalar and writes the whole uncompressed point, 65 bytes.</summary>
    /// <exception cref="ArgumentException">A key is invalid.</exception>
    public abstract void SharedPoint(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> point);

    /// <summary>AES-256-GCM; writes the ciphertext followed by the 16-byte tag.</summary>
    public abstract void EncryptAesGcm(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> aad, Span<byte> ciphertextAndTag);

    /// <summary>AES-256-GCM; false, with <paramref name="plaintext"/> cleared, when the tag does not match.</summary>
    public abstract bool TryDecryptAesGcm(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertextAndTag, ReadOnlySpan<byte> aad, Span<byte> plaintext);

    /// <summary>AES-256-CBC with PKCS#7 padding, for the local ECIES form.</summary>
    public abstract byte[] EncryptAesCbc(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> plaintext);

    /// <summary>AES-256-CBC with PKCS#7 padding; null when the padding is wrong. Check the MAC first.</summary>
    public abstract byte[]? TryDecryptAesCbc(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> ciphertext);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
