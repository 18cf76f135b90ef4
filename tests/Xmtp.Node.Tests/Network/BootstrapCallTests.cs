using Grpc.Core;
using Grpc.Reflection.V1Alpha;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Options;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Tests.Network;

/// <summary>What clients learn about the network on their own ports, from a node that is the first of one.</summary>
public sealed class BootstrapCallTests(BootstrapCallTests.Fixture node) : IClassFixture<BootstrapCallTests.Fixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public sealed class Fixture : NodeFixture
    {
        protected override NodeOptions Configure(NodeOptions options) => base.Configure(options) with
        {
            NetworkPort = 0,
            Reflection = true,
            Network = new NetworkSettings { Name = "test-net", Region = "here", AdvertiseGrpc = "https://grpc.example.org" },
        };
    }

    [Theory]
    [MemberData(nameof(NodeApis.All), MemberType = typeof(NodeApis))]
    public async Task Bootstrap_OnClientPorts_TellsOfTheNode(string api)
    {
        using var channel = NodeApis.Channel(node.Node, api);
        var bootstrap = new Bootstrap.BootstrapClient(channel);
        var peers = await bootstrap.GetPeersAsync(new GetPeersRequest(), cancellationToken: Token);
        Assert.Equal("test-net", peers.Network);
        var self = Assert.Single(peers.Peers);
        Assert.Equal(LinkState.Self, self.Link);
        var record = NodeRecord.Parser.ParseFrom(self.Record.Record);
        Assert.True(NodePublicKey.TryCreate(record.PublicKey.Span, out var key));
        Assert.Equal(node.Node.Host.NodeId, key.Id);
        Assert.Equal(node.Node.Host.NetworkAddress, record.NodeEndpoint);
        Assert.Equal("https://grpc.example.org", record.GrpcEndpoint);
        Assert.Equal(node.Node.GrpcWebAddress.GetLeftPart(UriPartial.Authority), record.GrpcWebEndpoint);
        Assert.Equal(node.Node.HttpAddress.GetLeftPart(UriPartial.Authority), record.HttpEndpoint);
        Assert.Equal("here", record.Region);

        await bootstrap.GetHeadsAsync(new GetHeadsRequest(), cancellationToken: Token);
        using var watch = bootstrap.WatchPeers(new WatchPeersRequest(), cancellationToken: Token);
        Assert.True(await watch.ResponseStream.MoveNext(Token));
        Assert.Equal(self.Record, watch.ResponseStream.Current.Peer.Record);
    }

    [Theory]
    [MemberData(nameof(NodeApis.All), MemberType = typeof(NodeApis))]
    public async Task Replication_OnClientPorts_IsNotThere(string api)
    {
        using var channel = NodeApis.Channel(node.Node, api);
        using var range = new Replication.ReplicationClient(channel).ReadRange(new ReadRangeRequest(), cancellationToken: Token);
        Assert.Equal(StatusCode.Unimplemented, (await Assert.ThrowsAsync<RpcException>(() => range.ResponseStream.MoveNext(Token))).StatusCode);
    }

    [Fact]
    public async Task Reflection_WhenOn_NamesBootstrapAndNotReplication()
    {
        using var call = new ServerReflection.ServerReflectionClient(node.Channel).ServerReflectionInfo(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        var services = call.ResponseStream.Current.ListServicesResponse.Service.Select(static service => service.Name).ToList();
        Assert.Contains("xmtp.network.v1.Bootstrap", services);
        Assert.DoesNotContain("xmtp.network.v1.Replication", services);
    }
}
