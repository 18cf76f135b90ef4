using System.Net;
using Grpc.Core;
using Xmtp.Node.Options;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

namespace Xmtp.Node.Tests.Admin;

public sealed class AdminDrainTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drain_NodeWithStreams_EndsThemRefusesCallsAndComesBack()
    {
        await using var node = await AdminNode.StartAsync(static options => options with { Store = StoreKind.Memory });
        var topic = NodeFixture.NewTopic();
        using var stream = node.Api.Subscribe(new SubscribeRequest { ContentTopics = { topic } }, cancellationToken: Token);
        await stream.ResponseHeadersAsync;

        var answer = await node.PostAsync("/v1/drain");
        Assert.Equal(("drained", 1, 0), ((string?)answer["state"], (int)answer["streamsClosed"]!, (int)answer["callsLeft"]!));
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(Token))).StatusCode);
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => PublishAsync(node, topic))).StatusCode);
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(async () => await node.Api.QueryAsync(new QueryRequest { ContentTopics = { topic } }))).StatusCode);
        using var http = new HttpClient { BaseAddress = node.Node.HttpAddress };
        using (var ready = await http.GetAsync(new Uri("/readyz", UriKind.Relative), Token))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Contains("\"draining\":true", await ready.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }

        // What it can be watched by goes on.
        Assert.Contains("\"draining\"", await http.GetStringAsync(new Uri("/network", UriKind.Relative), Token), StringComparison.Ordinal);
        Assert.NotEmpty(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Token));
        Assert.Equal("drained", (string?)(await node.GetAsync("/v1/status"))["state"]);
        Assert.Equal("drained", (string?)(await node.PostAsync("/v1/drain"))["state"]);

        Assert.Equal("ready", (string?)(await node.PostAsync("/v1/resume"))["state"]);
        await PublishAsync(node, topic);
        using var again = node.Api.Subscribe(new SubscribeRequest { ContentTopics = { topic } }, cancellationToken: Token);
        await again.ResponseHeadersAsync;
        await PublishAsync(node, topic);
        Assert.True(await again.ResponseStream.MoveNext(Token));
        Assert.Equal("ready", (string?)(await node.PostAsync("/v1/resume"))["state"]);
    }

    [Fact]
    public async Task Drain_CallUnderWay_IsFinished()
    {
        var store = new GatedStore();
        await using var node = await AdminNode.StartAsync(static options => options, new() { Store = store });
        store.Close();
        var publishing = PublishAsync(node, NodeFixture.NewTopic());
        await Eventually.EqualAsync(1, () => Task.FromResult(store.Waiting));
        var draining = node.PostAsync("/v1/drain");
        await Eventually.TrueAsync(async () => (string?)(await node.GetAsync("/v1/status"))["state"] == "draining");
        Assert.Equal("XMTP3013", (string?)(await node.PostAsync("/v1/resume", status: 409))["code"]);
        Assert.False(draining.IsCompleted);
        store.Open();
        await publishing;
        Assert.Equal((1, 0), ((int)(await draining)["callsFinished"]!, (int)(await draining)["callsLeft"]!));
    }

    [Fact]
    public async Task Drain_NodeOfANetwork_LeavesAndComesBackWithItsLog()
    {
        await using var mesh = await TestMesh.StartAsync(2, static options => options with { Authentication = false, Admin = options.Admin with { Port = 0 } });
        await using var first = AdminNode.Of(mesh.Nodes[0]);
        await using var second = AdminNode.Of(mesh.Nodes[1]);
        var topic = NodeFixture.NewTopic();
        await PublishAsync(first, topic);
        await first.PostAsync("/v1/drain");
        await Eventually.TrueAsync(async () => (int)(await second.GetAsync("/v1/status"))["peers"]!["linked"]! == 0, "the other node to see it gone");
        await PublishAsync(second, topic);

        var port = mesh.Nodes[0].Host.NetworkPort;
        await first.PostAsync("/v1/resume");
        await Eventually.TrueAsync(async () => (string?)(await first.GetAsync("/v1/status"))["state"] == "ready", "the node to be ready");
        Assert.Equal(port, mesh.Nodes[0].Host.NetworkPort);
        await PublishAsync(first, topic);
        await mesh.SettledAsync();
        Assert.Equal(3, (await second.Api.QueryAsync(new QueryRequest { ContentTopics = { topic } })).Envelopes.Count);
        // It went on with its log: two nodes, two logs.
        Assert.Equal(2, (int)(await second.GetAsync("/v1/status"))["store"]!["logs"]!);
        await Eventually.TrueAsync(async () => (int)(await second.GetAsync("/v1/status"))["peers"]!["linked"]! == 1, "the other node to see it back");
        using var http = new HttpClient { BaseAddress = mesh.Nodes[0].HttpAddress };
        await Eventually.TrueAsync(
            async () => (await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Token)).Contains("xmtp_network_peers_linked 1\n", StringComparison.Ordinal),
            "the metrics of the node that came back to count its link");
    }

    [Fact]
    public async Task Stop_WhileDrained_EndsInOrder()
    {
        await using var node = await AdminNode.StartAsync();
        await node.PostAsync("/v1/drain");
        await node.Node.StopAsync(Token);
        await node.Node.StartAgainAsync(Token);
        Assert.True(node.Node.Host.IsTakingPublishes);
    }

    private static async Task PublishAsync(AdminNode node, string topic) =>
        await node.Api.PublishAsync(new PublishRequest { Envelopes = { NodeFixture.NewEnvelope(topic) } }, cancellationToken: Token);
}
