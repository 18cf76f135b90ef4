using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.TestCluster.Checks;

/// <summary>Reads logs from one node's network port as any other node can, by the generated client and nothing of the node's own.</summary>
internal sealed class LogReader : IDisposable
{
    private const int FrameMaxBytes = 4 << 20;

    private readonly X509Certificate2 _certificate;
    private readonly GrpcChannel _channel;
    private readonly Replication.ReplicationClient _client;

    /// <param name="address"><c>host:port</c>.</param>
    public LogReader(string address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        _certificate = new CertificateRequest("CN=reader", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [_certificate],
                // A node's certificate is its key and nothing else; what it sends proves itself.
                RemoteCertificateValidationCallback = static (_, remote, _, _) => remote is not null,
            },
        };
        _channel = GrpcChannel.ForAddress($"https://{address}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = FrameMaxBytes });
        _client = new Replication.ReplicationClient(_channel);
    }

    public async IAsyncEnumerable<Entries> ReadAsync(Hash256 log, ulong from)
    {
        using var call = _client.ReadRange(new ReadRangeRequest { Log = ByteString.CopyFrom(log.ToArray()), From = from });
        await foreach (var frame in call.ResponseStream.ReadAllAsync()) yield return frame;
    }

    public void Dispose()
    {
        _channel.Dispose();
        _certificate.Dispose();
    }
}
