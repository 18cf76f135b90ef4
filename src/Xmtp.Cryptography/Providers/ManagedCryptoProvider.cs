using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Paddings;
using Org.BouncyCastle.Crypto.Parameters;

namespace Xmtp.Cryptography;

/// <summary>
/// Everything in managed code, so it runs wherever .NET does, the browser included. Multiplication of a foreign point
/// by a private key is not constant in time, and key material that passed through BouncyCastle's objects cannot be
/// wiped: where a machine is shared with others, prefer <see cref="NativeCryptoProvider"/>.
/// </summary>
public sealed class ManagedCryptoProvider : CryptoProvider
{
    private ManagedCryptoProvider()
    {
    }

    /// <summary>The one instance; it has no state.</summary>
    public static ManagedCryptoProvider Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "managed";

    /// <inheritdoc/>
    public override bool IsValidPrivateKey(ReadOnlySpan<byte> privateKey)
    {
        Require.Length(privateKey, PrivateKeyLength);
        return Scalar.IsInRange(privateKey);
    }

    /// <inheritdoc/>
    public override bool IsValidPublicKey(ReadOnlySpan<byte> publicKey)
    {
        Require.Length(publicKey, PublicKeyLength);
        return ManagedSecp256k1.TryDecodePoint(publicKey) is not null;
    }

    /// <inheritdoc/>
    public override void GetPublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        Require.Length(privateKey, PrivateKeyLength);
        Require.Length(publicKey, PublicKeyLength);
        if (!Scalar.IsInRange(privateKey))
            throw Require.InvalidPrivateKey(nameof(privateKey));
        ManagedSecp256k1.MultiplyBase(privateKey).EncodeTo(compressed: false, publicKey);
    }

    /// <inheritdoc/>
    public override int Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        Require.Length(privateKey, PrivateKeyLength);
        Require.Length(digest, DigestLength);
        Require.Length(signature, SignatureLength);
        if (!Scalar.IsInRange(privateKey))
            throw Require.InvalidPrivateKey(nameof(privateKey));
        return ManagedSecp256k1.Sign(privateKey, digest, signature);
    }

    /// <inheritdoc/>
    public override bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        Require.Length(publicKey, PublicKeyLength);
        Require.Length(digest, DigestLength);
        Require.Length(signature, SignatureLength);
        return ManagedSecp256k1.Verify(publicKey, digest, signature);
    }

    /// <inheritdoc/>
    public override bool TryRecover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, int recovery, Span<byte> publicKey)
    {
        Require.Length(digest, DigestLength);
        Require.Length(signature, SignatureLength);
        Require.Length(publicKey, PublicKeyLength);
        var point = recovery is 0 or 1 ? ManagedSecp256k1.TryRecover(digest, signature, recovery) : null;
        if (point is null)
        {
            publicKey.Clear();
            return false;
        }

        point.EncodeTo(compressed: false, publicKey);
        return true;
    }

    /// <inheritdoc/>
    public override void SharedPoint(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> point)
    {
        Require.Length(privateKey, PrivateKeyLength);
        Require.Length(publicKey, PublicKeyLength);
        Require.Length(point, PublicKeyLength);
        if (!Scalar.IsInRange(privateKey))
            throw Require.InvalidPrivateKey(nameof(privateKey));
        var other = ManagedSecp256k1.TryDecodePoint(publicKey) ?? throw Require.InvalidPublicKey(nameof(publicKey));
        ManagedSecp256k1.Multiply(other, privateKey).EncodeTo(compressed: false, point);
    }

    /// <inheritdoc/>
    public override void EncryptAesGcm(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> aad, Span<byte> ciphertextAndTag)
    {
        Require.GcmLengths(key, nonce, plaintext.Length, ciphertextAndTag.Length);
        var cipher = Gcm(encrypt: true, key, nonce, aad);
        var written = cipher.ProcessBytes(plaintext, ciphertextAndTag);
        cipher.DoFinal(ciphertextAndTag[written..]);
    }

    /// <inheritdoc/>
    public override bool TryDecryptAesGcm(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertextAndTag, ReadOnlySpan<byte> aad, Span<byte> plaintext)
    {
        Require.GcmLengths(key, nonce, plaintext.Length, ciphertextAndTag.Length);
        var cipher = Gcm(encrypt: false, key, nonce, aad);
        try
        {
            var written = cipher.ProcessBytes(ciphertextAndTag, plaintext);
            cipher.DoFinal(plaintext[written..]);
            return true;
        }
        catch (InvalidCipherTextException)
        {
            CryptographicOperations.ZeroMemory(plaintext);
            return false;
        }
    }

    /// <inheritdoc/>
    public override byte[] EncryptAesCbc(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> plaintext)
    {
        var cipher = Cbc(encrypt: true, key, iv);
        var ciphertext = new byte[cipher.GetOutputSize(plaintext.Length)];
        var written = cipher.ProcessBytes(plaintext, ciphertext);
        cipher.DoFinal(ciphertext.AsSpan(written));
        return ciphertext;
    }

    /// <inheritdoc/>
    public override byte[]? TryDecryptAesCbc(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> ciphertext)
    {
        var cipher = Cbc(encrypt: false, key, iv);
        if (ciphertext.IsEmpty || ciphertext.Length % AesBlockLength != 0)
            return null;
        var padded = new byte[cipher.GetOutputSize(ciphertext.Length)];
        try
        {
            var written = cipher.ProcessBytes(ciphertext, padded);
            written += cipher.DoFinal(padded.AsSpan(written));
            return padded[..written];
        }
        catch (InvalidCipherTextException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(padded);
        }
    }

    private static GcmBlockCipher Gcm(bool encrypt, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> aad)
    {
        var cipher = new GcmBlockCipher(AesUtilities.CreateEngine());
        cipher.Init(encrypt, new ParametersWithIV(new KeyParameter(key), nonce));
        cipher.ProcessAadBytes(aad);
        return cipher;
    }

    private static PaddedBufferedBlockCipher Cbc(bool encrypt, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        Require.Length(key, AesKeyLength);
        Require.Length(iv, AesBlockLength);
        var cipher = new PaddedBufferedBlockCipher(new CbcBlockCipher(AesUtilities.CreateEngine()), new Pkcs7Padding());
        cipher.Init(encrypt, new ParametersWithIV(new KeyParameter(key), iv));
        return cipher;
    }
}
