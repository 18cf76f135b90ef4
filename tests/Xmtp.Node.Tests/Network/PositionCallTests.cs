using Grpc.Core;
using Xmtp.Node.Core.Subscriptions;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Tests.Network;

/// <summary>Positions as clients ask for them.</summary>
public sealed class PositionCallTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(NodeApis.All), MemberType = typeof(NodeApis))]
    public async Task Query_AskedForAPosition_StatesIt(string api)
    {
        using var channel = NodeApis.Channel(node.Node, api);
        var client = new MessageApi.MessageApiClient(channel);
        await node.PublishAsync(NodeFixture.NewEnvelope(NodeFixture.NewTopic()));
        using var query = client.QueryAsync(new QueryRequest { ContentTopics = { "x" } }, new Metadata { { "xmtp-position", "new" } }, cancellationToken: Token);
        using var batch = client.BatchQueryAsync(new BatchQueryRequest(), new Metadata { { "xmtp-position", "new" } }, cancellationToken: Token);

        Assert.True(Read((await query.ResponseHeadersAsync).GetValue("xmtp-position")).LogCount > 0);
        Assert.True(Read((await batch.ResponseHeadersAsync).GetValue("xmtp-position")).LogCount > 0);
    }

    [Fact]
    public async Task Query_WithAPositionFromElsewhere_JoinsBoth()
    {
        var elsewhere = StreamPosition.Create([(new Core.Log.Hash256(new byte[32]), 5)]);
        await node.PublishAsync(NodeFixture.NewEnvelope(NodeFixture.NewTopic()));
        using var query = node.Api.QueryAsync(new QueryRequest { ContentTopics = { "x" } }, new Metadata { { "xmtp-position", elsewhere.ToString() } }, cancellationToken: Token);
        var position = Read((await query.ResponseHeadersAsync).GetValue("xmtp-position"));
        Assert.True(position.Covers(elsewhere));
        Assert.Equal(2, position.LogCount);
    }

    [Fact]
    public async Task Calls_NotAskedForAPosition_StateNone()
    {
        using var query = node.Api.QueryAsync(new QueryRequest { ContentTopics = { "x" } }, cancellationToken: Token);
        Assert.Null((await query.ResponseHeadersAsync).Get("xmtp-position"));
        using var stream = node.Api.Subscribe(new SubscribeRequest { ContentTopics = { "x" } }, cancellationToken: Token);
        Assert.Null((await stream.ResponseHeadersAsync).Get("xmtp-position"));
    }

    [Theory]
    [MemberData(nameof(NodeApis.All), MemberType = typeof(NodeApis))]
    public async Task SubscribeAll_WithAPosition_BringsWhatWasMissed(string api)
    {
        using var channel = NodeApis.Channel(node.Node, api);
        var client = new MessageApi.MessageApiClient(channel);
        var missed = NodeFixture.NewEnvelope($"/xmtp/0/{NodeFixture.NewTopic()}/proto");
        using var query = client.QueryAsync(new QueryRequest { ContentTopics = { "x" } }, new Metadata { { "xmtp-position", "new" } }, cancellationToken: Token);
        var position = (await query.ResponseHeadersAsync).GetValue("xmtp-position")!;
        await node.PublishAsync(missed);

        using var stream = client.SubscribeAll(new SubscribeAllRequest(), new Metadata { { "xmtp-position", position } }, cancellationToken: Token);
        Assert.True(Read((await stream.ResponseHeadersAsync).GetValue("xmtp-position")).Covers(Read(position)));
        while (await stream.ResponseStream.MoveNext(Token) && !stream.ResponseStream.Current.Equals(missed)) Assert.NotEqual("xmtp-position", stream.ResponseStream.Current.ContentTopic);
        Assert.Equal(missed, stream.ResponseStream.Current);
    }

    [Theory]
    [MemberData(nameof(NodeApis.All), MemberType = typeof(NodeApis))]
    public async Task Subscribe_WithAPosition_BringsWhatWasMissedThenAMarkThenWhatIsLive(string api)
    {
        using var channel = NodeApis.Channel(node.Node, api);
        var client = new MessageApi.MessageApiClient(channel);
        var topic = NodeFixture.NewTopic();
        var (seen, missed, live) = (NodeFixture.NewEnvelope(topic), NodeFixture.NewEnvelope(topic), NodeFixture.NewEnvelope(topic));
        await node.PublishAsync(seen);
        using var query = client.QueryAsync(new QueryRequest { ContentTopics = { topic } }, new Metadata { { "xmtp-position", "new" } }, cancellationToken: Token);
        var position = (await query.ResponseHeadersAsync).GetValue("xmtp-position")!;
        await node.PublishAsync(missed);

        using var stream = client.Subscribe(new SubscribeRequest { ContentTopics = { topic } }, new Metadata { { "xmtp-position", position } }, cancellationToken: Token);
        var headers = await stream.ResponseHeadersAsync;
        Assert.Equal("true", headers.GetValue("subscribed"));
        Assert.Null(headers.Get("xmtp-position-ignored"));
        Assert.True(Read(headers.GetValue("xmtp-position")).Covers(Read(position)));
        await node.PublishAsync(live);

        var received = await TakeAsync(stream.ResponseStream, 3);
        Assert.Equal([missed, live], [received[0], received[2]]);
        Assert.Equal("xmtp-position", received[1].ContentTopic);
        Assert.True(Read(received[1].Message.ToStringUtf8()).Covers(Read(headers.GetValue("xmtp-position"))));
    }

    [Theory]
    [InlineData("old")]
    [InlineData("")]
    [InlineData("AQAAAA")]
    public async Task Subscribe_PositionThatSaysNothing_IsIgnoredAndSaidSo(string token)
    {
        var topic = NodeFixture.NewTopic();
        using var stream = node.Api.Subscribe(new SubscribeRequest { ContentTopics = { topic } }, new Metadata { { "xmtp-position", token } }, cancellationToken: Token);
        var headers = await stream.ResponseHeadersAsync;
        Assert.Equal("true", headers.GetValue("xmtp-position-ignored"));
        Read(headers.GetValue("xmtp-position"));
        var live = NodeFixture.NewEnvelope(topic);
        await node.PublishAsync(live);
        Assert.Equal(live, Assert.Single(await TakeAsync(stream.ResponseStream, 1)));
    }

    [Fact]
    public async Task Subscribe2_WithAPosition_ReadsEachNewTopicFromThere()
    {
        var (one, two) = (NodeFixture.NewTopic(), NodeFixture.NewTopic());
        using var stream = node.Api.Subscribe2(new Metadata { { "xmtp-position", "new" } }, cancellationToken: Token);
        await stream.RequestStream.WriteAsync(new SubscribeRequest { ContentTopics = { one } }, Token);
        Read((await stream.ResponseHeadersAsync).GetValue("xmtp-position"));
        var (first, missed) = (NodeFixture.NewEnvelope(one), NodeFixture.NewEnvelope(two));
        await node.PublishAsync(first, missed);
        Assert.Equal(first, Assert.Single(await TakeAsync(stream.ResponseStream, 1)));

        await stream.RequestStream.WriteAsync(new SubscribeRequest { ContentTopics = { one, two } }, Token);
        Assert.Equal(missed, Assert.Single(await TakeAsync(stream.ResponseStream, 1)));
    }

    [Fact]
    public async Task Publish_TopicOfMarks_IsRefused()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => node.PublishAsync(NodeFixture.NewEnvelope("xmtp-position")));
        Rpc.GrpcAssert.Is(failure, StatusCode.InvalidArgument, "XMTP1014");
    }

    [Fact]
    public async Task Subscribe_OverJson_StatesThePositionInAHeader()
    {
        using var response = await node.PostAsync("/message/v1/subscribe", $$"""{"contentTopics":["{{NodeFixture.NewTopic()}}"]}""", "application/json", ("xmtp-position", "new"));
        Read(response.Headers.GetValues("Grpc-Metadata-xmtp-position").Single());
    }

    private static StreamPosition Read(string? token)
    {
        Assert.True(StreamPosition.TryParse(token, out var position), token);
        return position;
    }

    private static async Task<List<Envelope>> TakeAsync(IAsyncStreamReader<Envelope> stream, int count)
    {
        var envelopes = new List<Envelope>();
        while (envelopes.Count < count && await stream.MoveNext(Token)) envelopes.Add(stream.Current);
        return envelopes;
    }
}
