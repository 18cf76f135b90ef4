using System.Security.Cryptography;

namespace Xmtp.Node.Core.Keys;

/// <summary>
/// A node's key pair (P-256): it signs heads and records, and answers for the node on the network port. Safe for concurrent use.
/// The private half leaves this object only through <see cref="ExportPkcs8"/>.
/// </summary>
public sealed class NodeKey : IDisposable
{
    private readonly ECDsa _ecdsa;
    private readonly Lock _lock = new();

    private NodeKey(ECDsa ecdsa)
    {
        _ecdsa = ecdsa;
        Public = NodePublicKey.FromParameters(ecdsa.ExportParameters(includePrivateParameters: false));
    }

    /// <summary>The public half.</summary>
    public NodePublicKey Public { get; }

    /// <summary>Who this node is.</summary>
    public NodeId Id => Public.Id;

    /// <summary>A new key from the system's randomness.</summary>
    public static NodeKey Generate() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The key with this private scalar, for simulations that need the same keys again.</summary>
    /// <param name="scalar">32 bytes, big-endian, neither zero nor beyond the order of the curve.</param>
    /// <exception cref="CryptographicException">No such key.</exception>
    public static NodeKey FromScalar(ReadOnlySpan<byte> scalar) =>
        new(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar.ToArray() }));

    /// <summary>Reads what <see cref="ExportPkcs8"/> wrote.</summary>
    /// <param name="bytes">PKCS #8.</param>
    /// <exception cref="CryptographicException">No key, or not on P-256.</exception>
    public static NodeKey ImportPkcs8(ReadOnlySpan<byte> bytes)
    {
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportPkcs8PrivateKey(bytes, out _);
            return new NodeKey(ecdsa);
        }
        catch
        {
            ecdsa.Dispose();
            throw;
        }
    }

    /// <summary>The key pair in PKCS #8. The caller clears the array.</summary>
    public byte[] ExportPkcs8() => _ecdsa.ExportPkcs8PrivateKey();

    /// <summary>Signs data with SHA-256.</summary>
    /// <param name="data">The data; it begins with a text that says what it is, so that no signature serves another purpose.</param>
    /// <param name="signature">Gets <see cref="NodePublicKey.SignatureLength"/> bytes.</param>
    public void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        lock (_lock) _ecdsa.SignData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <inheritdoc/>
    public void Dispose() => _ecdsa.Dispose();

    /// <summary>Who it is, never the key.</summary>
    public override string ToString() => Id.ToString();
}
