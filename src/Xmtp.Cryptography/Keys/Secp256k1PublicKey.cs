using System.Diagnostics.CodeAnalysis;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cryptography;

/// <summary>A secp256k1 public key that is known to be a point on the curve.</summary>
public sealed class Secp256k1PublicKey : IEquatable<Secp256k1PublicKey>
{
    private readonly byte[] _bytes;

    /// <summary>Takes an uncompressed public key.</summary>
    /// <param name="bytes">65 bytes, <c>0x04 || X || Y</c>.</param>
    /// <param name="provider">Computes whatever this key is asked for.</param>
    /// <exception cref="XmtpException">MalformedData: another length or first byte, or no point on the curve.</exception>
    public Secp256k1PublicKey(ReadOnlySpan<byte> bytes, CryptoProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        if (bytes.Length != CryptoProvider.PublicKeyLength)
            throw new XmtpException(ErrorCatalogue.MalformedData, $"a public key has {CryptoProvider.PublicKeyLength} bytes, not {bytes.Length}");
        if (bytes[0] != 0x04)
            throw new XmtpException(ErrorCatalogue.MalformedData, $"a public key starts with 0x04, not 0x{bytes[0]:x2}");
        if (!provider.IsValidPublicKey(bytes))
            throw new XmtpException(ErrorCatalogue.MalformedData, "the public key is no point on secp256k1");
        _bytes = bytes.ToArray();
        Provider = provider;
    }

    private Secp256k1PublicKey(CryptoProvider provider, byte[] knownPoint)
    {
        _bytes = knownPoint;
        Provider = provider;
    }

    /// <summary>65 bytes, <c>0x04 || X || Y</c>.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>65 bytes, <c>0x04 || X || Y</c>.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Computes whatever this key is asked for.</summary>
    public CryptoProvider Provider { get; }

    /// <summary>The Ethereum account this key belongs to; hashed anew on each call.</summary>
    public EthereumAddress Address => EthereumAddress.FromPublicKey(_bytes);

    /// <summary>Recovers the signer of a digest.</summary>
    /// <remarks>A wrong signature nearly always gives another key rather than false: compare what comes out.</remarks>
    /// <param name="digest">32 bytes that were signed.</param>
    /// <param name="signature">The signature; high S is accepted.</param>
    /// <param name="provider">Computes it.</param>
    /// <param name="publicKey">The signer.</param>
    /// <exception cref="ArgumentException">The digest has another length.</exception>
    public static bool TryRecover(
        ReadOnlySpan<byte> digest, EcdsaSignature signature, CryptoProvider provider, [NotNullWhen(true)] out Secp256k1PublicKey? publicKey)
    {
        ArgumentNullException.ThrowIfNull(signature);
        ArgumentNullException.ThrowIfNull(provider);
        var bytes = new byte[CryptoProvider.PublicKeyLength];
        publicKey = provider.TryRecover(digest, signature.Bytes.Span, signature.Recovery, bytes) ? new Secp256k1PublicKey(provider, bytes) : null;
        return publicKey is not null;
    }

    /// <summary>Whether this key signed the digest. High S gives false, as published clients and nodes have it.</summary>
    /// <param name="digest">32 bytes.</param>
    /// <param name="signature">The signature; its recovery id is not looked at.</param>
    /// <exception cref="ArgumentException">The digest has another length.</exception>
    public bool Verify(ReadOnlySpan<byte> digest, EcdsaSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return Provider.Verify(_bytes, digest, signature.Bytes.Span);
    }

    /// <inheritdoc/>
    public bool Equals(Secp256k1PublicKey? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secp256k1PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    /// <summary>Lower-case hex of the 65 bytes.</summary>
    public override string ToString() => Convert.ToHexStringLower(_bytes);

    /// <summary>Whether the 65 bytes are the same.</summary>
    public static bool operator ==(Secp256k1PublicKey? left, Secp256k1PublicKey? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether the 65 bytes differ.</summary>
    public static bool operator !=(Secp256k1PublicKey? left, Secp256k1PublicKey? right) => !(left == right);

    /// <summary>The public key of a private key that is known to be valid.</summary>
    internal static Secp256k1PublicKey Of(ReadOnlySpan<byte> privateKey, CryptoProvider provider)
    {
        var bytes = new byte[CryptoProvider.PublicKeyLength];
        provider.GetPublicKey(privateKey, bytes);
        return new Secp256k1PublicKey(provider, bytes);
    }
}
