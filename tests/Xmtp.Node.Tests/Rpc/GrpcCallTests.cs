using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Tests.Rpc;

/// <summary>The message API over gRPC, good and bad.</summary>
public sealed class GrpcCallTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    [Fact]
    public async Task Publish_ThenQuery_ReturnsTheEnvelope()
    {
        var envelope = NodeFixture.NewEnvelope(NodeFixture.NewTopic());
        Assert.Equal(new PublishResponse(), await node.Api.PublishAsync(new PublishRequest { Envelopes = { envelope } }, node.Authorization));
        var page = await node.Api.QueryAsync(new QueryRequest { ContentTopics = { envelope.ContentTopic } });
        Assert.Equal(envelope, Assert.Single(page.Envelopes));
        var batch = await node.Api.BatchQueryAsync(new BatchQueryRequest { Requests = { new QueryRequest { ContentTopics = { envelope.ContentTopic } } } });
        Assert.Equal(page, Assert.Single(batch.Responses));
    }

    [Fact]
    public async Task Publish_OfNothing_Succeeds() => await node.Api.PublishAsync(new PublishRequest(), node.Authorization);

    [Fact]
    public async Task Publish_ToAnEphemeralTopic_IsNotStored()
    {
        var topic = $"/xmtp/0/mE-{Guid.NewGuid():N}/proto";
        using var stream = node.Api.Subscribe(new SubscribeRequest { ContentTopics = { topic } });
        await stream.ResponseHeadersAsync;
        var envelope = NodeFixture.NewEnvelope(topic);
        await node.PublishAsync(envelope);
        Assert.True(await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(envelope, stream.ResponseStream.Current);
        Assert.Empty((await node.Api.QueryAsync(new QueryRequest { ContentTopics = { topic } })).Envelopes);
    }

    [Theory]
    [InlineData(301, 1, 1ul, "XMTP1001")]
    [InlineData(1, Limits.MessageLengthMaxBytes + 1, 1ul, "XMTP1002")]
    [InlineData(1, 1, 1ul << 63, "XMTP1003")]
    public async Task Publish_BeyondALimit_IsRefusedAndKeepsWhatCameBefore(int topicLength, int messageLength, ulong time, string code)
    {
        var good = NodeFixture.NewEnvelope(NodeFixture.NewTopic());
        var bad = new Envelope { ContentTopic = new string('t', topicLength), Message = ByteString.CopyFrom(new byte[messageLength]), TimestampNs = time };
        var after = NodeFixture.NewEnvelope(NodeFixture.NewTopic());
        var failure = await RefusedAsync(async () => await node.Api.PublishAsync(new PublishRequest { Envelopes = { good, bad, after } }, node.Authorization));
        GrpcAssert.Is(failure, StatusCode.InvalidArgument, code);
        Assert.Single((await node.Api.QueryAsync(new QueryRequest { ContentTopics = { good.ContentTopic } })).Envelopes);
        Assert.Empty((await node.Api.QueryAsync(new QueryRequest { ContentTopics = { after.ContentTopic } })).Envelopes);
    }

    [Theory]
    [InlineData(300, 1)]
    [InlineData(1, Limits.MessageLengthMaxBytes)]
    public async Task Publish_AtALimit_IsStored(int topicLength, int messageLength)
    {
        var envelope = NodeFixture.NewEnvelope(Guid.NewGuid().ToString().PadRight(topicLength, 't')[..topicLength], messageLength);
        await node.PublishAsync(envelope);
        Assert.Contains(envelope, (await node.Api.QueryAsync(new QueryRequest { ContentTopics = { envelope.ContentTopic } })).Envelopes);
    }

    [Fact]
    public async Task Publish_OfTheSameEnvelopeTwice_IsStoredOnce()
    {
        var envelope = NodeFixture.NewEnvelope(NodeFixture.NewTopic());
        await node.PublishAsync(envelope, envelope);
        await node.PublishAsync(envelope);
        Assert.Single((await node.Api.QueryAsync(new QueryRequest { ContentTopics = { envelope.ContentTopic } })).Envelopes);
    }

    [Fact]
    public async Task Query_WithBadRequests_IsRefusedWithTheRightEntry()
    {
        GrpcAssert.Is(await RefusedAsync(async () => await node.Api.QueryAsync(new QueryRequest())), StatusCode.InvalidArgument, "XMTP1004");
        GrpcAssert.Is(await RefusedAsync(async () => await node.Api.QueryAsync(Query(new PagingInfo { Limit = 101 }))), StatusCode.InvalidArgument, "XMTP1005");
        GrpcAssert.Is(await RefusedAsync(async () => await node.Api.QueryAsync(Query(new PagingInfo { Cursor = new Cursor() }))), StatusCode.InvalidArgument, "XMTP1006");
        var batch = new BatchQueryRequest();
        batch.Requests.AddRange(Enumerable.Repeat(Query(new PagingInfo()), 51));
        GrpcAssert.Is(await RefusedAsync(async () => await node.Api.BatchQueryAsync(batch)), StatusCode.InvalidArgument, "XMTP1007");
        await node.AssertServesAsync();
    }

    [Fact]
    public async Task Call_PastItsDeadline_EndsWithDeadlineExceeded()
    {
        using var stream = node.Api.Subscribe(new SubscribeRequest(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(200));
        var failure = await RefusedAsync(async () => await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Theory]
    [InlineData(null, "authorization token is not provided")]
    [InlineData("", "authorization token is not provided")]
    [InlineData("Bearer", "invalid authorization header")]
    [InlineData("bearer abc", "unrecognized authorization scheme")]
    [InlineData("Bearer ???", "extracting token")]
    [InlineData("Bearer CgA=", "extracting token: missing identity key")]
    public async Task Publish_WithoutAValidToken_IsUnauthenticated(string? authorization, string reason)
    {
        var headers = new Metadata();
        if (authorization is not null) headers.Add("authorization", authorization);
        var envelope = NodeFixture.NewEnvelope(NodeFixture.NewTopic());
        var failure = await RefusedAsync(async () => await node.Api.PublishAsync(new PublishRequest { Envelopes = { envelope } }, headers));
        GrpcAssert.Is(failure, StatusCode.Unauthenticated, "XMTP2001");
        Assert.Contains(reason, failure.Status.Detail, StringComparison.Ordinal);
        Assert.Empty((await node.Api.QueryAsync(new QueryRequest { ContentTopics = { envelope.ContentTopic } })).Envelopes);
    }

    [Theory]
    [InlineData(-61, false)]
    [InlineData(-59, true)]
    [InlineData(59, true)]
    [InlineData(61, false)]
    public async Task Publish_WithATokenOfAnotherTime_IsAcceptedWithinAnHour(int minutes, bool accepted)
    {
        var account = await TestAccount.CreateAsync();
        var headers = new Metadata { { "authorization", account.Token(TimeProvider.System.GetUtcNow().AddMinutes(minutes)) } };
        if (accepted) await node.Api.PublishAsync(new PublishRequest(), headers);
        else GrpcAssert.Is(await RefusedAsync(async () => await node.Api.PublishAsync(new PublishRequest(), headers)), StatusCode.Unauthenticated, "XMTP2001");
    }

    [Fact]
    public async Task Publish_ToATopicOfSomebodyElse_RefusesTheWholeRequest()
    {
        var other = await TestAccount.CreateAsync();
        var allowed = NodeFixture.NewEnvelope(NodeFixture.NewTopic());
        foreach (var topic in new[] { $"/xmtp/0/contact-{other.Address}/proto", $"/xmtp/0/privatestore-{other.Address}/key_bundle/proto", $"/xmtp/0/contact-{node.Address.ToLowerInvariant()}/proto" })
        {
            var failure = await RefusedAsync(async () => await node.Api.PublishAsync(new PublishRequest { Envelopes = { allowed, NodeFixture.NewEnvelope(topic) } }, node.Authorization));
            GrpcAssert.Is(failure, StatusCode.PermissionDenied, "XMTP2002");
            Assert.Equal("publishing to restricted topic", failure.Status.Detail);
        }

        Assert.Empty((await node.Api.QueryAsync(new QueryRequest { ContentTopics = { allowed.ContentTopic } })).Envelopes);
        await node.PublishAsync(
            NodeFixture.NewEnvelope($"/xmtp/0/contact-{node.Address}/proto"), NodeFixture.NewEnvelope($"/xmtp/0/privatestore-{node.Address}/key_bundle/proto"),
            NodeFixture.NewEnvelope($"/xmtp/0/invite-{other.Address}/proto"), NodeFixture.NewEnvelope($"contact-{other.Address}"));
    }

    [Fact]
    public async Task Request_OfFiftyMegabytes_IsReadAndOneMoreByteIsRefused()
    {
        static QueryRequest Padded(int size) => new() { ContentTopics = { new string('x', size) } };
        var overhead = Padded(Limits.RequestLengthMaxBytes - 100).CalculateSize() - (Limits.RequestLengthMaxBytes - 100);
        var largest = Padded(Limits.RequestLengthMaxBytes - overhead);
        Assert.Equal(Limits.RequestLengthMaxBytes, largest.CalculateSize());
        Assert.Empty((await node.Api.QueryAsync(largest)).Envelopes);
        var failure = await RefusedAsync(async () => await node.Api.QueryAsync(Padded(Limits.RequestLengthMaxBytes - overhead + 1)));
        GrpcAssert.Is(failure, StatusCode.ResourceExhausted, "XMTP1009");
        Assert.Contains("received message larger than max", failure.Status.Detail, StringComparison.Ordinal);
        await node.AssertServesAsync();
    }

    [Fact]
    public async Task CompressedCall_IsUnderstood_AndAnsweredCompressed()
    {
        var envelope = NodeFixture.NewEnvelope(NodeFixture.NewTopic(), 10_000);
        var headers = node.Authorization;
        headers.Add("grpc-internal-encoding-request", "gzip");
        await node.Api.PublishAsync(new PublishRequest { Envelopes = { envelope } }, headers);
        using var call = node.Api.QueryAsync(new QueryRequest { ContentTopics = { envelope.ContentTopic } }, new Metadata { { "grpc-internal-encoding-request", "gzip" } });
        Assert.Equal(envelope, Assert.Single((await call.ResponseAsync).Envelopes));
        using var stream = node.Api.Subscribe(new SubscribeRequest { ContentTopics = { envelope.ContentTopic } }, new Metadata { { "grpc-internal-encoding-request", "gzip" } });
        await stream.ResponseHeadersAsync;
        var next = NodeFixture.NewEnvelope(envelope.ContentTopic, 10_000);
        await node.PublishAsync(next);
        await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        Assert.Equal(next, stream.ResponseStream.Current);
    }

    [Fact]
    public async Task HealthService_SaysServing_AndNotFoundForStrangers()
    {
        var health = new Health.HealthClient(node.Channel);
        foreach (var service in new[] { "", "xmtp.message_api.v1.MessageApi" })
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest { Service = service })).Status);
        Assert.Equal(StatusCode.NotFound, (await RefusedAsync(async () => await health.CheckAsync(new HealthCheckRequest { Service = "x" }))).StatusCode);
        using var watch = health.Watch(new HealthCheckRequest());
        await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, watch.ResponseStream.Current.Status);
    }

    [Fact]
    public async Task Client_ThatPingsOften_IsTolerated()
    {
        using var channel = GrpcChannel.ForAddress(node.Node.GrpcAddress, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { KeepAlivePingDelay = TimeSpan.FromSeconds(1), KeepAlivePingTimeout = TimeSpan.FromSeconds(1), KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always },
        });
        var api = new MessageApi.MessageApiClient(channel);
        using var stream = api.Subscribe(new SubscribeRequest { ContentTopics = { "pings" } });
        await stream.ResponseHeadersAsync;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(4));
        var failure = await RefusedAsync(async () => await stream.ResponseStream.MoveNext(patience.Token));
        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
        await api.QueryAsync(new QueryRequest { ContentTopics = { "x" } });
    }

    [Fact]
    public async Task ManyStreams_OnOneConnection_AllOpen()
    {
        using var channel = GrpcChannel.ForAddress(node.Node.GrpcAddress, new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false } });
        var api = new MessageApi.MessageApiClient(channel);
        var topic = NodeFixture.NewTopic();
        var streams = Enumerable.Range(0, 300).Select(_ => api.Subscribe(new SubscribeRequest { ContentTopics = { topic } })).ToList();
        foreach (var stream in streams) await stream.ResponseHeadersAsync;
        await node.PublishAsync(NodeFixture.NewEnvelope(topic));
        foreach (var stream in streams)
        {
            Assert.True(await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            stream.Dispose();
        }
    }

    private static QueryRequest Query(PagingInfo paging) => new() { ContentTopics = { "x" }, PagingInfo = paging };

    private static Task<RpcException> RefusedAsync(Func<Task> call) => Assert.ThrowsAsync<RpcException>(call);
}
