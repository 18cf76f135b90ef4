using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Xmtp.Node.Network;

/// <summary>The TLS that nodes speak with each other: version 1.3, both sides known by their keys, no authority in between.</summary>
internal static class NodeTls
{
    /// <summary>Time for a handshake, and to reach a node at all.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The listening side. A client need not show a key; one that does must show one that a node can have.</summary>
    /// <param name="certificate">This node's.</param>
    public static HttpsConnectionAdapterOptions Server(X509Certificate2 certificate) => new()
    {
        ServerCertificate = certificate,
        SslProtocols = SslProtocols.Tls13,
        ClientCertificateMode = ClientCertificateMode.AllowCertificate,
        ClientCertificateValidation = static (certificate, _, _) => NodeCertificate.TryReadKey(certificate, out _),
        CheckCertificateRevocation = false,
        HandshakeTimeout = Patience,
        OnAuthenticate = static (_, tls) =>
        {
            tls.CertificateChainPolicy = NoChain();
            tls.AllowRenegotiation = false;
        },
    };

    /// <summary>The dialling side.</summary>
    /// <param name="certificate">This node's.</param>
    /// <param name="accept">Whether the other side's certificate is the right one.</param>
    public static SslClientAuthenticationOptions Client(X509Certificate2 certificate, Func<X509Certificate?, bool> accept) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = NoChain(),
        RemoteCertificateValidationCallback = (_, remote, _, _) => accept(remote),
        AllowRenegotiation = false,
    };

    // A chain means nothing here. Looking for one would fetch whatever address a stranger's certificate names.
    private static X509ChainPolicy NoChain() => new()
    {
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        VerificationFlags = X509VerificationFlags.AllFlags,
    };
}
