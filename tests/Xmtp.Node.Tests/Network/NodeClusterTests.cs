using Grpc.Core;
using Grpc.Net.Client;
using Xmtp.Node.Options;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

namespace Xmtp.Node.Tests.Network;

/// <summary>Whole nodes that find each other over their network ports.</summary>
public sealed class NodeClusterTests : IAsyncDisposable
{
    private readonly List<TestNode> _nodes = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task StartAsync_ThreeNodes_WhatOneTakesAllServe()
    {
        await StartAsync();
        await StartAsync(bootstrap: 0);
        await StartAsync(bootstrap: 1);
        await JoinedAsync(3);

        var account = await TestAccount.CreateAsync();
        var envelope = NodeFixture.NewEnvelope(NodeFixture.NewTopic());
        await Api(1).PublishAsync(new PublishRequest { Envelopes = { envelope } }, new Metadata { { "authorization", account.Token() } }, cancellationToken: Token);
        foreach (var node in Enumerable.Range(0, 3))
            await Eventually.TrueAsync(async () => (await Api(node).QueryAsync(new QueryRequest { ContentTopics = { envelope.ContentTopic } }, cancellationToken: Token)).Envelopes.Contains(envelope));
    }

    [Fact]
    public async Task Publish_PeersAsked_IsAnsweredOnceTheyHaveIt()
    {
        await StartAsync();
        await StartAsync(bootstrap: 0);
        await JoinedAsync(2);
        var account = await TestAccount.CreateAsync();
        var contact = NodeFixture.NewEnvelope($"/xmtp/0/contact-{account.Address}/proto");
        using var call = Api(0).PublishAsync(new PublishRequest { Envelopes = { contact } }, new Metadata { { "authorization", account.Token() }, { "xmtp-ack", "peers:1" } }, cancellationToken: Token);
        await call.ResponseAsync;

        Assert.Equal("peers:1", call.GetTrailers().GetValue("xmtp-ack"));
        // The other node shows it because the token came with it.
        Assert.Equal(contact, Assert.Single((await Api(1).QueryAsync(new QueryRequest { ContentTopics = { contact.ContentTopic } }, cancellationToken: Token)).Envelopes));
    }

    [Fact]
    public async Task Subscribe_PositionFromAnotherNode_GoesOnFromThere()
    {
        await StartAsync();
        await StartAsync(bootstrap: 0);
        await JoinedAsync(2);
        var account = await TestAccount.CreateAsync();
        var topic = NodeFixture.NewTopic();
        var (seen, missed) = (NodeFixture.NewEnvelope(topic), NodeFixture.NewEnvelope(topic));
        await PublishAsync(account, seen);
        using var query = Api(0).QueryAsync(new QueryRequest { ContentTopics = { topic } }, new Metadata { { "xmtp-position", "new" } }, cancellationToken: Token);
        var position = (await query.ResponseHeadersAsync).GetValue("xmtp-position")!;
        await PublishAsync(account, missed);

        using var stream = Api(1).Subscribe(new SubscribeRequest { ContentTopics = { topic } }, new Metadata { { "xmtp-position", position } }, cancellationToken: Token);
        Assert.True(await stream.ResponseStream.MoveNext(Token));
        Assert.Equal(missed, stream.ResponseStream.Current);
    }

    [Fact]
    public async Task StartAsync_AfterARestart_KnowsItsPeersWithoutBootstrap()
    {
        var first = await StartAsync(StoreKind.RocksDb);
        await StartAsync(StoreKind.RocksDb, bootstrap: 0);
        await JoinedAsync(2);
        var id = first.Host.NodeId;
        await first.StopAsync(Token);
        await first.StartAgainAsync(Token);

        Assert.Equal(id, first.Host.NodeId);
        Assert.True(File.Exists(Path.Combine(first.DataDirectory, "peers.bin")));
        await JoinedAsync(2);
    }

    [Fact]
    public async Task StartAsync_PortTaken_SaysWhich()
    {
        var node = await StartAsync();
        var failure = await Assert.ThrowsAsync<Protocol.Errors.XmtpException>(() => TestNode.StartAsync(
            options => options with { Store = StoreKind.Memory, NetworkPort = node.Host.NetworkPort }, cancellationToken: Token));
        Assert.Equal(Protocol.Errors.ErrorCatalogue.ListenFailed, failure.Code);
        Assert.Contains($"port {node.Host.NetworkPort}", failure.Message, StringComparison.Ordinal);
    }

    private async Task<TestNode> StartAsync(StoreKind store = StoreKind.Memory, int? bootstrap = null)
    {
        var node = await TestNode.StartAsync(options => options with
        {
            Store = store,
            NetworkPort = 0,
            Network = options.Network with { Bootstrap = bootstrap is { } index ? [_nodes[index].Host.NetworkAddress!] : [] },
        }, cancellationToken: Token);
        _nodes.Add(node);
        return node;
    }

    private async Task PublishAsync(TestAccount account, Envelope envelope) => await Api(0).PublishAsync(
        new PublishRequest { Envelopes = { envelope } }, new Metadata { { "authorization", account.Token() }, { "xmtp-ack", "peers:1" } }, cancellationToken: Token);

    private MessageApi.MessageApiClient Api(int node) => new(GrpcChannel.ForAddress(_nodes[node].GrpcAddress));

    private async Task JoinedAsync(int count)
    {
        foreach (var node in _nodes)
        {
            var bootstrap = new Bootstrap.BootstrapClient(GrpcChannel.ForAddress(node.GrpcAddress));
            await Eventually.TrueAsync(
                async () => (await bootstrap.GetPeersAsync(new GetPeersRequest(), cancellationToken: Token)).Peers.Count(static peer => peer.Link is LinkState.Self or LinkState.Connected) == count,
                $"{count} nodes to be connected");
            await Eventually.TrueAsync(() => node.Host.IsTakingPublishes, "the node to take publishes");
        }
    }
}
