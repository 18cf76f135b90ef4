using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Keys;

/// <summary>A node's public key: P-256, checks what the node signed. Safe for concurrent use.</summary>
public sealed class NodePublicKey : IEquatable<NodePublicKey>
{
    /// <summary>Length in bytes: 4, then x and y of 32 bytes each.</summary>
    public const int Length = 65;

    /// <summary>Length of a signature in bytes: r and s of 32 bytes each.</summary>
    public const int SignatureLength = 64;

    private const byte Uncompressed = 4;

    private readonly byte[] _bytes;
    private readonly Lock _lock = new();
    private readonly ECDsa _ecdsa;

    private NodePublicKey(byte[] bytes, ECDsa ecdsa)
    {
        (_bytes, _ecdsa) = (bytes, ecdsa);
        Id = new NodeId(new Hash256(SHA256.HashData(bytes)));
    }

    /// <summary>Who has this key.</summary>
    public NodeId Id { get; }

    /// <summary>The <see cref="Length"/> bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Takes a key from outside.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="key">The key.</param>
    /// <returns>False when these are not a point on the curve.</returns>
    public static bool TryCreate(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out NodePublicKey? key)
    {
        key = null;
        if (bytes.Length != Length || bytes[0] != Uncompressed) return false;
        try
        {
            var ecdsa = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = bytes[1..33].ToArray(), Y = bytes[33..].ToArray() },
            });
            key = new NodePublicKey(bytes.ToArray(), ecdsa);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The public half of a key pair.</summary>
    /// <param name="parameters">Its parameters.</param>
    /// <exception cref="CryptographicException">It is on another curve.</exception>
    public static NodePublicKey FromParameters(ECParameters parameters)
    {
        if (parameters.Q.X?.Length != 32 || parameters.Q.Y?.Length != 32) throw OtherCurve();
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Uncompressed;
        parameters.Q.X.CopyTo(bytes[1..]);
        parameters.Q.Y.CopyTo(bytes[33..]);
        return TryCreate(bytes, out var key) ? key : throw OtherCurve();
    }

    /// <summary>Whether this key signed the data.</summary>
    /// <param name="data">What was signed; hashed with SHA-256.</param>
    /// <param name="signature"><see cref="SignatureLength"/> bytes; any other length is false.</param>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength) return false;
        lock (_lock) return _ecdsa.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <inheritdoc/>
    public bool Equals(NodePublicKey? other) => other is not null && Id == other.Id;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NodePublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Id.ToString();

    private static CryptographicException OtherCurve() => new("The key is not on the curve P-256.");
}
