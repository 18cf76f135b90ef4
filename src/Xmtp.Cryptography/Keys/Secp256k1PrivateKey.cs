using System.Security.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cryptography;

/// <summary>
/// A secp256k1 private key. The bytes stand still in memory, so that <see cref="Dispose"/> zeroes the only copy there is.
/// Safe for concurrent use; a call that races with <see cref="Dispose"/> either succeeds or throws.
/// </summary>
public sealed class Secp256k1PrivateKey : IDisposable
{
    private readonly byte[] _key;
    private volatile bool _disposed;

    /// <summary>Takes a private key; the bytes are copied.</summary>
    /// <param name="bytes">32 bytes, a big-endian number in 1 … n-1.</param>
    /// <param name="provider">Computes whatever this key is asked for.</param>
    /// <exception cref="XmtpException">MalformedData: another length, zero, or not below the order n.</exception>
    public Secp256k1PrivateKey(ReadOnlySpan<byte> bytes, CryptoProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        if (bytes.Length != CryptoProvider.PrivateKeyLength)
            throw new XmtpException(ErrorCatalogue.MalformedData, $"a private key has {CryptoProvider.PrivateKeyLength} bytes, not {bytes.Length}");
        if (!provider.IsValidPrivateKey(bytes))
            throw new XmtpException(ErrorCatalogue.MalformedData, "the private key is zero or not below the order of secp256k1");
        Provider = provider;
        PublicKey = Secp256k1PublicKey.Of(bytes, provider);
        _key = GC.AllocateUninitializedArray<byte>(CryptoProvider.PrivateKeyLength, pinned: true);
        bytes.CopyTo(_key);
    }

    /// <summary>The public key that belongs to it; still readable after <see cref="Dispose"/>.</summary>
    public Secp256k1PublicKey PublicKey { get; }

    /// <summary>Computes whatever this key is asked for.</summary>
    public CryptoProvider Provider { get; }

    /// <summary>Makes a new key.</summary>
    /// <param name="provider">Computes whatever the key is asked for.</param>
    /// <param name="random">Source of randomness; the system's when null.</param>
    /// <exception cref="CryptographicException">The source of randomness gives no valid key in many tries: it is broken.</exception>
    public static Secp256k1PrivateKey Generate(CryptoProvider provider, RandomNumberGenerator? random = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        const int TriesMax = 64;
        Span<byte> bytes = stackalloc byte[CryptoProvider.PrivateKeyLength];
        try
        {
            for (var i = 0; i < TriesMax; i++)
            {
                Randomness.Fill(random, bytes);
                if (provider.IsValidPrivateKey(bytes))
                    return new Secp256k1PrivateKey(bytes, provider);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }

        throw new CryptographicException("the source of randomness gives no valid private key");
    }

    /// <summary>Signs a digest: deterministic (RFC 6979), low S.</summary>
    /// <param name="digest">32 bytes.</param>
    /// <exception cref="ArgumentException">The digest has another length.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public EcdsaSignature Sign(ReadOnlySpan<byte> digest)
    {
        Span<byte> key = stackalloc byte[CryptoProvider.PrivateKeyLength];
        Span<byte> signature = stackalloc byte[CryptoProvider.SignatureLength];
        try
        {
            CopyTo(key);
            var recovery = Provider.Sign(key, digest, signature);
            return new EcdsaSignature(signature, recovery);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>
    /// Diffie-Hellman: the other key times this one, the whole uncompressed point, 65 bytes. The caller zeroes it after use.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public byte[] SharedPoint(Secp256k1PublicKey other)
    {
        var point = new byte[CryptoProvider.PublicKeyLength];
        SharedPoint(other, point);
        return point;
    }

    /// <summary>As <see cref="SharedPoint(Secp256k1PublicKey)"/>, into memory of the caller's.</summary>
    /// <param name="other">The other side's public key.</param>
    /// <param name="point">Receives 65 bytes.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public void SharedPoint(Secp256k1PublicKey other, Span<byte> point)
    {
        ArgumentNullException.ThrowIfNull(other);
        Span<byte> key = stackalloc byte[CryptoProvider.PrivateKeyLength];
        try
        {
            CopyTo(key);
            Provider.SharedPoint(key, other.Span, point);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Writes the 32 secret bytes. The caller zeroes them after use.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than 32 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < CryptoProvider.PrivateKeyLength)
            throw new ArgumentException($"the destination has {destination.Length} bytes; a private key needs {CryptoProvider.PrivateKeyLength}", nameof(destination));
        _key.CopyTo(destination);

        // Copy first, look afterwards: a copy that Dispose was zeroing at the same time is never used.
        Interlocked.MemoryBarrier();
        if (!_disposed)
            return;
        CryptographicOperations.ZeroMemory(destination[..CryptoProvider.PrivateKeyLength]);
        throw new ObjectDisposedException(nameof(Secp256k1PrivateKey));
    }

    /// <summary>The 32 secret bytes, as a new array. The caller zeroes them after use.</summary>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public byte[] Export()
    {
        var bytes = new byte[CryptoProvider.PrivateKeyLength];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        _disposed = true;
        Interlocked.MemoryBarrier();
        CryptographicOperations.ZeroMemory(_key);
    }

    /// <summary>Names the public key; never the secret.</summary>
    public override string ToString() => $"private key of {PublicKey}";
}
