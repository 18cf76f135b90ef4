using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Network;
using Xmtp.Protocol.Network.V1;
using Xmtp.TestSupport;

namespace Xmtp.Node.Tests.Network;

/// <summary>What other software may do to the network port, and that it costs only itself.</summary>
public sealed class HostilePeerTests : IAsyncLifetime
{
    private readonly PortFixture _fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        // Whatever a test did, honest nodes are served.
        using var key = NodeKey.Generate();
        await using (var transport = new GrpcPeerTransport(key, TimeProvider.System))
        {
            await using var connection = await transport.DialAsync(_fixture.Address, _fixture.Key.Id, Token);
            await using var frames = connection.ReadAllAsync(Token).GetAsyncEnumerator(Token);
            await connection.WriteAsync(new Frame { Ping = new Ping { Nonce = 4711 } }, Token);
            Assert.True(await frames.MoveNextAsync());
        }

        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task Call_WithoutCertificate_GetsBootstrapAndNothingElse()
    {
        using var channel = Channel(null);
        var bootstrap = new Bootstrap.BootstrapClient(channel);
        Assert.Equal("fake", (await bootstrap.GetPeersAsync(new GetPeersRequest(), cancellationToken: Token)).Network);
        Assert.Equal(7UL, (await bootstrap.GetHeadsAsync(new GetHeadsRequest(), cancellationToken: Token)).Logs[0].Watermark);
        using (var watch = bootstrap.WatchPeers(new WatchPeersRequest(), cancellationToken: Token))
        {
            Assert.True(await watch.ResponseStream.MoveNext(Token));
            Assert.True(watch.ResponseStream.Current.InitialComplete);
        }

        var replication = new Replication.ReplicationClient(channel);
        using var stream = replication.Replicate(cancellationToken: Token);
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(Token))).StatusCode);
        using var range = replication.ReadRange(new ReadRangeRequest { From = 1 }, cancellationToken: Token);
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => range.ResponseStream.MoveNext(Token))).StatusCode);
        Assert.Empty(_fixture.Network.Connections);
    }

    [Fact]
    public async Task Call_ServicesOfClients_AreNotThere()
    {
        using var channel = Channel(null);
        var api = new Protocol.MessageApi.V1.MessageApi.MessageApiClient(channel);
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await api.QueryAsync(new Protocol.MessageApi.V1.QueryRequest(), cancellationToken: Token));
        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }

    [Fact]
    public async Task Handshake_KeyOfAnotherKind_IsRefused()
    {
        using var rsa = RSA.Create(2048);
        using var rsaCertificate = new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(40), DateTimeOffset.UnixEpoch.AddYears(90));
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var p384Certificate = new CertificateRequest("CN=x", p384, HashAlgorithmName.SHA384).CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(40), DateTimeOffset.UnixEpoch.AddYears(90));
        foreach (var certificate in new[] { rsaCertificate, p384Certificate })
        {
            using var channel = Channel(certificate);
            await Assert.ThrowsAsync<RpcException>(async () => await new Bootstrap.BootstrapClient(channel).GetPeersAsync(new GetPeersRequest(), cancellationToken: Token));
        }
    }

    [Fact]
    public async Task Handshake_Tls12_IsRefused()
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", _fixture.Port.Port, Token);
        await using var tls = new SslStream(tcp.GetStream(), false, (_, remote, _, _) => IsTheNode(remote));
        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "x", EnabledSslProtocols = SslProtocols.Tls12, ApplicationProtocols = [SslApplicationProtocol.Http2] }, Token));
    }

    [Fact]
    public async Task Connection_GarbageInsteadOfTls_IsClosed()
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", _fixture.Port.Port, Token);
        await tcp.GetStream().WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), Token);
        await AssertClosedAsync(tcp.GetStream());
    }

    [Fact]
    public async Task Connection_GarbageInsideTls_IsClosed()
    {
        using var tcp = new TcpClient();
        await using var tls = await HandshakeAsync(tcp);
        await tls.WriteAsync(RandomNumberGenerator.GetBytes(4096), Token);
        await AssertClosedAsync(tls);
    }

    [Fact]
    public async Task Replicate_FrameThatDoesNotParse_EndsTheStream()
    {
        using var key = NodeKey.Generate();
        using var certificate = NodeCertificate.Create(key);
        using var channel = Channel(certificate);
        var raw = new Method<byte[], byte[]>(MethodType.DuplexStreaming, "xmtp.network.v1.Replication", "Replicate", Marshallers.Create(static b => b, static b => b), Marshallers.Create(static b => b, static b => b));
        // Cut short; too many elements for a frame; larger than a frame may be.
        foreach (var bytes in new[] { [0x12, 0x7f, 1], TooManyElements(), new byte[(2 << 20) + 1] })
        {
            using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(raw, null, new CallOptions(cancellationToken: Token));
            await AssertEndsAsync(call, bytes);
        }

        await Eventually.TrueAsync(() => _fixture.Network.Ends.Count == 3);
        Assert.All(_fixture.Network.Ends, static end => Assert.IsType<IOException>(end));
        Assert.Empty(_fixture.Network.Frames);
    }

    [Fact]
    public async Task Replicate_FrameThatUnpacksToMore_EndsTheStream()
    {
        using var key = NodeKey.Generate();
        using var certificate = NodeCertificate.Create(key);
        using var channel = Channel(certificate);
        var headers = new Metadata { { "grpc-internal-encoding-request", "gzip" } };
        using var call = new Replication.ReplicationClient(channel).Replicate(headers, cancellationToken: Token);
        await AssertEndsAsync(call, new Frame { Entries = new Entries { Head = ByteString.CopyFrom(new byte[2 << 20]) } });
        Assert.Empty(_fixture.Network.Frames);
    }

    [Fact]
    public async Task Replicate_AbruptEnd_IsToldAsAFailure()
    {
        using var key = NodeKey.Generate();
        using var certificate = NodeCertificate.Create(key);
        var channel = Channel(certificate);
        using var call = new Replication.ReplicationClient(channel).Replicate(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new Frame { Ping = new Ping { Nonce = 1 } }, Token);
        await Eventually.TrueAsync(() => _fixture.Network.Frames.Count == 1);
        channel.Dispose();

        await Eventually.TrueAsync(() => _fixture.Network.Ends.Count == 1);
        Assert.NotNull(Assert.Single(_fixture.Network.Ends));
    }

    private bool IsTheNode(X509Certificate? certificate) => NodeCertificate.TryReadKey(certificate, out var key) && key.Id == _fixture.Key.Id;

    private static byte[] TooManyElements()
    {
        var heads = new Heads();
        for (var i = 0; i <= NetworkMethods.ElementsMax; i++) heads.Logs.Add(new LogState());
        return new Frame { Heads = heads }.ToByteArray();
    }

    private GrpcChannel Channel(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, remote, _, _) => IsTheNode(remote) } };
        if (certificate is not null) handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        return GrpcChannel.ForAddress($"https://{_fixture.Address}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxSendMessageSize = null });
    }

    private async Task<SslStream> HandshakeAsync(TcpClient tcp)
    {
        await tcp.ConnectAsync("127.0.0.1", _fixture.Port.Port, Token);
        var tls = new SslStream(tcp.GetStream(), false, (_, remote, _, _) => IsTheNode(remote));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "x", ApplicationProtocols = [SslApplicationProtocol.Http2] }, Token);
        Assert.Equal(SslProtocols.Tls13, tls.SslProtocol);
        return tls;
    }

    private static async Task AssertEndsAsync<T>(AsyncDuplexStreamingCall<T, T> call, T message)
    {
        try
        {
            await call.RequestStream.WriteAsync(message, Token);
            Assert.False(await call.ResponseStream.MoveNext(Token));
        }
        catch (RpcException)
        {
            // The other side may be told why, or be cut off while it writes.
        }
    }

    private static async Task AssertClosedAsync(Stream stream)
    {
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset is an end too.
        }
    }
}
