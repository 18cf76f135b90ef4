using Grpc.Core;
using Xmtp.Node.Options;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Tests.Admin;

public sealed class AdminChangeTests : IAsyncLifetime
{
    private AdminNode _node = null!;

    public async ValueTask InitializeAsync() => _node = await AdminNode.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Status_OfANode_TellsWhatItHas()
    {
        await PublishAsync(NodeFixture.NewTopic());
        var status = await _node.GetAsync("/v1/status");
        Assert.Equal((_node.Node.Host.NodeId.ToString(), "ready", "information"), ((string?)status["node"], (string?)status["state"], "information"));
        var store = status["store"]!;
        Assert.Equal(("rocksdb", true, 1, 1), ((string?)store["kind"], (bool)store["healthy"]!, (int)store["logs"]!, (int)store["entries"]!));
        Assert.True((long)store["bytes"]! > 0 && (long)store["freeBytes"]! > 0);
        Assert.Null(status["busy"]);
    }

    [Fact]
    public async Task Limits_Changed_CountAtOnce()
    {
        Assert.False((bool)(await _node.GetAsync("/v1/limits"))["loopback"]!);
        var limits = await _node.PutAsync("/v1/limits", """{"loopback":true,"publishesPerMinute":1,"publishesCapacity":2}""");
        Assert.Equal((2, 4000), ((int)limits["publishesCapacity"]!, (int)limits["requestsPerMinute"]!));
        for (var i = 0; i < 2; i++) await PublishAsync(NodeFixture.NewTopic());
        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => PublishAsync(NodeFixture.NewTopic()))).StatusCode);
        Assert.True(_node.HasLogged(2280, "publishes 1/min and 2 at once"));

        await _node.PutAsync("/v1/limits", """{"enabled":false}""");
        await PublishAsync(NodeFixture.NewTopic());
        Assert.Contains("must be at least 1", (string?)(await _node.PutAsync("/v1/limits", """{"requestsCapacity":0}""", 400))["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retention_Changed_CountsForWhatComesThen()
    {
        var (before, after) = (NodeFixture.NewTopic(), NodeFixture.NewTopic());
        await PublishAsync(before);
        Assert.Equal(("forever", "1d"), Retention(await _node.GetAsync("/v1/retention")));
        Assert.Equal(("1s", "1d"), Retention(await _node.PutAsync("/v1/retention", """{"xmtpTopics":"1s"}""")));
        await PublishAsync(after);
        await TestSupport.Eventually.TrueAsync(async () => (int)(await _node.PostAsync("/v1/retention/run"))["removed"]! == 1, "the second to be over");
        Assert.Empty(await QueryAsync(after));
        Assert.Single(await QueryAsync(before));
        Assert.True(_node.HasLogged(2280, "retention of topics /xmtp/ from forever to 1s"));
        Assert.Contains("xmtpTopics", (string?)(await _node.PutAsync("/v1/retention", """{"xmtpTopics":"soon"}""", 400))["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task LogLevel_Changed_SilencesTheLog()
    {
        Assert.Equal("debug", (string?)(await _node.GetAsync("/v1/log-level"))["level"]);
        await _node.PutAsync("/v1/log-level", """{"level":"error"}""");
        Assert.True(_node.HasLogged(2280, "the log level from debug to error"));
        var lines = _node.Node.Log.Lines.Count;
        await _node.PutAsync("/v1/limits", """{"loopback":true}""");
        Assert.Equal(lines, _node.Node.Log.Lines.Count);
        await _node.PutAsync("/v1/log-level", """{"level":"information"}""");
        Assert.True(_node.HasLogged(2280, "the log level from error to information"));
        Assert.Contains("trace, debug, information", (string?)(await _node.PutAsync("/v1/log-level", """{"level":"loud"}""", 400))["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compact_AfterRemoval_GivesRoomBack()
    {
        await _node.PutAsync("/v1/retention", """{"xmtpTopics":"1s"}""");
        for (var i = 0; i < 40; i++) await PublishAsync(NodeFixture.NewTopic(), 100_000);
        await TestSupport.Eventually.TrueAsync(async () => (int)(await _node.PostAsync("/v1/retention/run"))["removed"]! >= 0 && await CountAsync() == 0, "all to expire");
        var answer = await _node.PostAsync("/v1/compact");
        var (before, after) = ((long)answer["bytesBefore"]!, (long)answer["bytesAfter"]!);
        Assert.True(before > 4_000_000 && after < before / 2, answer.ToJsonString());
        await PublishAsync(NodeFixture.NewTopic());
        Assert.True(_node.HasLogged(2285, "compaction"));
    }

    [Fact]
    public async Task Compact_StoreInMemory_IsRefused()
    {
        await using var node = await AdminNode.StartAsync(static options => options with { Store = StoreKind.Memory });
        Assert.Equal("XMTP3013", (string?)(await node.PostAsync("/v1/compact", status: 409))["code"]);
        Assert.Equal("memory", (string?)(await node.GetAsync("/v1/status"))["store"]!["kind"]);
    }

    private static (string?, string?) Retention(System.Text.Json.Nodes.JsonObject answer) => ((string?)answer["xmtpTopics"], (string?)answer["otherTopics"]);

    private async Task<long> CountAsync() => (long)(await _node.GetAsync("/v1/status"))["store"]!["envelopes"]!;

    private async Task PublishAsync(string topic, int size = 3) => await _node.Api.PublishAsync(new PublishRequest { Envelopes = { NodeFixture.NewEnvelope(topic, size) } });

    private async Task<IReadOnlyList<Envelope>> QueryAsync(string topic) => (await _node.Api.QueryAsync(new QueryRequest { ContentTopics = { topic } })).Envelopes;
}
