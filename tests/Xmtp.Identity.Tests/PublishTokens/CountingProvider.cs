using Xmtp.Cryptography;

namespace Xmtp.Identity.Tests.PublishTokens;

/// <summary>Counts the costly operations of a provider.</summary>
internal sealed class CountingProvider(CryptoProvider inner) : CryptoProvider
{
    private int _recoveries;

    internal int Recoveries => Volatile.Read(ref _recoveries);

    public override string Name => inner.Name;

    public override bool IsValidPrivateKey(ReadOnlySpan<byte> privateKey) => inner.IsValidPrivateKey(privateKey);

    public override bool IsValidPublicKey(ReadOnlySpan<byte> publicKey) => inner.IsValidPublicKey(publicKey);

    public override void GetPublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey) => inner.GetPublicKey(privateKey, publicKey);

    public override int Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> digest, Span<byte> signature) =>
        inner.Sign(privateKey, digest, signature);

    public override bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature) =>
        inner.Verify(publicKey, digest, signature);

    public override bool TryRecover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, int recovery, Span<byte> publicKey)
    {
        Interlocked.Increment(ref _recoveries);
        return inner.TryRecover(digest, signature, recovery, publicKey);
    }

    public override void SharedPoint(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> point) =>
        inner.SharedPoint(privateKey, publicKey, point);

    public override void EncryptAesGcm(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> aad, Span<byte> ciphertextAndTag) =>
        inner.EncryptAesGcm(key, nonce, plaintext, aad, ciphertextAndTag);

    public override bool TryDecryptAesGcm(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertextAndTag, ReadOnlySpan<byte> aad, Span<byte> plaintext) =>
        inner.TryDecryptAesGcm(key, nonce, ciphertextAndTag, aad, plaintext);

    public override byte[] EncryptAesCbc(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> plaintext) =>
        inner.EncryptAesCbc(key, iv, plaintext);

    public override byte[]? TryDecryptAesCbc(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> ciphertext) =>
        inner.TryDecryptAesCbc(key, iv, ciphertext);
}
