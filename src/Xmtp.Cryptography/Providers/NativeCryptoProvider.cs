using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Xmtp.Cryptography;

/// <summary>
/// secp256k1 by the system's <c>libsecp256k1</c>, constant in time wherever a private key is involved; AES by the base
/// class library, that is, by the system too. Several times faster than <see cref="ManagedCryptoProvider"/>.
/// </summary>
[UnsupportedOSPlatform("browser")]
public sealed class NativeCryptoProvider : CryptoProvider
{
    private static readonly Lazy<NativeCryptoProvider?> Shared = new(Load);

    private readonly NativeSecp256k1 _curve;

    private NativeCryptoProvider(NativeSecp256k1 curve, string library)
    {
        _curve = curve;
        Library = library;
    }

    /// <inheritdoc/>
    public override string Name => "native";

    /// <summary>The name under which the library was found, for diagnostics.</summary>
    public string Library { get; }

    /// <summary>
    /// Looks for <c>libsecp256k1</c> under its known names, beside the application and where the system keeps libraries.
    /// </summary>
    /// <param name="provider">The provider, always the same one.</param>
    /// <returns>False when there is none, when it was built without its recovery or ecdh module, or when it gives wrong answers.</returns>
    public static bool TryCreate([NotNullWhen(true)] out NativeCryptoProvider? provider)
    {
        provider = Shared.Value;
        return provider is not null;
    }

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
        return _curve.IsValidPublicKey(publicKey);
    }

    /// <inheritdoc/>
    public override void GetPublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        Require.Length(privateKey, PrivateKeyLength);
        Require.Length(publicKey, PublicKeyLength);
        if (!_curve.TryGetPublicKey(privateKey, publicKey))
            throw Require.InvalidPrivateKey(nameof(privateKey));
    }

    /// <inheritdoc/>
    public override int Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        Require.Length(privateKey, PrivateKeyLength);
        Require.Length(digest, DigestLength);
        Require.Length(signature, SignatureLength);
        return _curve.TrySign(privateKey, digest, signature, out var recovery)
            ? recovery
            : throw Require.InvalidPrivateKey(nameof(privateKey));
    }

    /// <inheritdoc/>
    public override bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        Require.Length(publicKey, PublicKeyLength);
        Require.Length(digest, DigestLength);
        Require.Length(signature, SignatureLength);
        return _curve.Verify(publicKey, digest, signature);
    }

    /// <inheritdoc/>
    public override bool TryRecover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, int recovery, Span<byte> publicKey)
    {
        Require.Length(digest, DigestLength);
        Require.Length(signature, SignatureLength);
        Require.Length(publicKey, PublicKeyLength);
        if (recovery is 0 or 1 && _curve.TryRecover(digest, signature, recovery, publicKey))
            return true;
        publicKey.Clear();
        return false;
    }

    /// <inheritdoc/>
    public override void SharedPoint(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> point)
    {
        Require.Length(privateKey, PrivateKeyLength);
        Require.Length(publicKey, PublicKeyLength);
        Require.Length(point, PublicKeyLength);
        if (_curve.TryShare(privateKey, publicKey, point))
            return;
        CryptographicOperations.ZeroMemory(point);
        throw Scalar.IsInRange(privateKey)
            ? Require.InvalidPublicKey(nameof(publicKey))
            : Require.InvalidPrivateKey(nameof(privateKey));
    }

    /// <inheritdoc/>
    public override void EncryptAesGcm(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> aad, Span<byte> ciphertextAndTag)
    {
        Require.GcmLengths(key, nonce, plaintext.Length, ciphertextAndTag.Length);
        using var aes = new AesGcm(key, GcmTagLength);
        aes.Encrypt(nonce, plaintext, ciphertextAndTag[..^GcmTagLength], ciphertextAndTag[^GcmTagLength..], aad);
    }

    /// <inheritdoc/>
    public override bool TryDecryptAesGcm(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertextAndTag, ReadOnlySpan<byte> aad, Span<byte> plaintext)
    {
        Require.GcmLengths(key, nonce, plaintext.Length, ciphertextAndTag.Length);
        using var aes = new AesGcm(key, GcmTagLength);
        try
        {
            aes.Decrypt(nonce, ciphertextAndTag[..^GcmTagLength], ciphertextAndTag[^GcmTagLength..], plaintext, aad);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            CryptographicOperations.ZeroMemory(plaintext);
            return false;
        }
    }

    /// <inheritdoc/>
    public override byte[] EncryptAesCbc(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> plaintext)
    {
        using var aes = Cbc(key, iv);
        return aes.EncryptCbc(plaintext, iv);
    }

    /// <inheritdoc/>
    public override byte[]? TryDecryptAesCbc(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> ciphertext)
    {
        using var aes = Cbc(key, iv);
        if (ciphertext.IsEmpty || ciphertext.Length % AesBlockLength != 0)
            return null;
        try
        {
            return aes.DecryptCbc(ciphertext, iv);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static Aes Cbc(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        Require.Length(key, AesKeyLength);
        Require.Length(iv, AesBlockLength);
        var aes = Aes.Create();
        aes.SetKey(key);
        return aes;
    }

    private static NativeCryptoProvider? Load()
    {
        const DllImportSearchPath Places = DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories;
        foreach (var name in FileNames())
        {
            if (!NativeLibrary.TryLoad(name, typeof(NativeCryptoProvider).Assembly, Places, out var library))
                continue;
            if (NativeSecp256k1.TryBind(library, out var curve))
                return new NativeCryptoProvider(curve, name);
            NativeLibrary.Free(library);
        }

        return null;
    }

    // The name without a release is that of a library beside the application, which goes before the system's. Then the releases so
    // far, newest first; the functions used are the same in all of them.
    private static string[] FileNames()
    {
        if (OperatingSystem.IsWindows())
            return ["secp256k1.dll", "libsecp256k1.dll", "libsecp256k1-6.dll", "libsecp256k1-5.dll", "libsecp256k1-2.dll", "libsecp256k1-1.dll"];
        if (OperatingSystem.IsMacOS())
            return ["libsecp256k1.dylib", "/opt/homebrew/lib/libsecp256k1.dylib", "/usr/local/lib/libsecp256k1.dylib"];
        return ["libsecp256k1.so", "libsecp256k1.so.6", "libsecp256k1.so.5", "libsecp256k1.so.2", "libsecp256k1.so.1", "libsecp256k1.so.0"];
    }
}
