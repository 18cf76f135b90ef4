using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xmtp.Node.Core.Keys;

namespace Xmtp.Node.Network;

/// <summary>
/// A node's key as TLS wants to see it. The certificate says nothing but the key: whose it is follows from the key itself, so nobody
/// has to sign, renew or revoke it, and name and dates in it are ignored.
/// </summary>
internal static class NodeCertificate
{
    // The date that stands for "no end" in RFC 5280.
    private static readonly DateTimeOffset s_notBefore = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_notAfter = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    /// <summary>Makes the certificate of a node. It holds the private key; the caller disposes it.</summary>
    /// <param name="key">The node's key.</param>
    public static X509Certificate2 Create(NodeKey key)
    {
        using var ecdsa = ECDsa.Create();
        var bytes = key.ExportPkcs8();
        try
        {
            ecdsa.ImportPkcs8PrivateKey(bytes, out _);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }

        var request = new CertificateRequest($"CN={key.Id}", ecdsa, HashAlgorithmName.SHA256);
        var certificate = request.CreateSelfSigned(s_notBefore, s_notAfter);
        return OperatingSystem.IsWindows() ? Persist(certificate) : certificate;
    }

    /// <summary>The key that the other side proved to have in the handshake.</summary>
    /// <param name="certificate">Its certificate, from outside.</param>
    /// <param name="key">The key.</param>
    /// <returns>False when there is none, or it is not on P-256.</returns>
    public static bool TryReadKey([NotNullWhen(true)] X509Certificate? certificate, [NotNullWhen(true)] out NodePublicKey? key)
    {
        key = null;
        if (certificate is not X509Certificate2 full) return false;
        try
        {
            using var ecdsa = full.GetECDsaPublicKey();
            if (ecdsa?.KeySize != 256) return false;
            var parameters = ecdsa.ExportParameters(includePrivateParameters: false);
            if (parameters.Curve.Oid?.Value != ECCurve.NamedCurves.nistP256.Oid.Value) return false;
            key = NodePublicKey.FromParameters(parameters);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The TLS of Windows takes no key that exists in memory only.</summary>
    private static X509Certificate2 Persist(X509Certificate2 certificate)
    {
        using (certificate) return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
