using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;

namespace Xmtp.Cluster.Tests.Byzantine;

/// <summary>Bytes on the network port that are nothing at all.</summary>
[Collection(nameof(LyingPeerTests))]
public sealed class GarbageTests(LyingPeerTests.ThreeNodes nodes) : IClassFixture<LyingPeerTests.ThreeNodes>
{
    private const int Connections = 50;
    private const int GarbageBytes = 4096;
    private const long GrowthMaxBytes = 100L << 20;

    private static readonly Method<byte[], byte[]> s_replicate = new(
        MethodType.DuplexStreaming, "xmtp.network.v1.Replication", "Replicate", Marshallers.Create(static bytes => bytes, static bytes => bytes), Marshallers.Create(static bytes => bytes, static bytes => bytes));

    [Theory]
    [InlineData("before TLS")]
    [InlineData("after TLS")]
    [InlineData("as frames")]
    [InlineData("nothing at all")]
    public async Task Connect_WithGarbage_LeavesTheNodeAsItWas(string where)
    {
        await nodes.ReadyAsync();
        var node = nodes.Cluster.Nodes[0];
        var before = node.ResidentBytes();
        var random = new Random(4711);

        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => ConnectAsync(where, node.DirectNetworkAddress, random.Next())));

        await using var load = nodes.Load();
        await load.MoreAsync(Connections);
        await nodes.CheckAsync($"garbage {where}", load);
        Assert.True(node.ResidentBytes() - before < GrowthMaxBytes, $"it grew from {before >> 20} to {node.ResidentBytes() >> 20} MiB");
    }

    private static async Task ConnectAsync(string where, string address, int seed)
    {
        var garbage = new byte[GarbageBytes];
        new Random(seed).NextBytes(garbage);
        try
        {
            if (where == "as frames") await SendFramesAsync(address, garbage);
            else await SendBytesAsync(where, IPEndPoint.Parse(address), garbage);
        }
        catch (Exception e) when (e is IOException or SocketException or RpcException or InvalidOperationException or OperationCanceledException)
        {
            // The node does not like it, and need not.
        }
    }

    private static async Task SendBytesAsync(string where, IPEndPoint address, byte[] garbage)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var client = new TcpClient();
        await client.ConnectAsync(address, patience.Token);
        Stream stream = client.GetStream();
        if (where == "after TLS")
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "node", ApplicationProtocols = [SslApplicationProtocol.Http2], RemoteCertificateValidationCallback = static (_, remote, _, _) => remote is not null }, patience.Token);
            stream = tls;
        }

        await using (stream)
        {
            if (where != "nothing at all") await stream.WriteAsync(garbage, patience.Token);
            await stream.ReadExactlyAsync(garbage, patience.Token);
        }
    }

    private static async Task SendFramesAsync(string address, byte[] garbage)
    {
        var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, remote, _, _) => remote is not null } };
        using var channel = GrpcChannel.ForAddress($"https://{address}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(s_replicate, null, default);
        for (var i = 0; i < 10; i++) await call.RequestStream.WriteAsync(garbage);
        await call.ResponseStream.MoveNext(CancellationToken.None);
    }
}
