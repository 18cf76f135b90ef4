using System.Net;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;
using Xmtp.Node.Tests.Gateway;
using Xmtp.Node.Tests.Rpc;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Tests.Calls;

public sealed class RateLimitTests : IAsyncLifetime
{
    private readonly LimitedNode _node = new();

    [Fact]
    public async Task Queries_BeyondTheCapacity_AreRefusedUntilTheBucketRefills()
    {
        for (var i = 0; i < 10; i++) await QueryAsync();
        var refused = await Assert.ThrowsAsync<RpcException>(QueryAsync);
        GrpcAssert.Is(refused, StatusCode.ResourceExhausted, "XMTP2004");
        Assert.Equal("1 exceeds rate limit R127.0.0.1DEF", refused.Status.Detail);
        Assert.Equal("1", refused.Trailers.GetValue("retry-after"));

        using var response = await _node.PostAsync("/message/v1/query", """{"contentTopics":["x"]}""");
        await GatewayAssert.FailsAsync(response, 429, 8, "1 exceeds rate limit R127.0.0.1DEF");
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);

        _node.Time.Advance(TimeSpan.FromSeconds(1));
        await QueryAsync();
        await Assert.ThrowsAsync<RpcException>(QueryAsync);
    }

    [Fact]
    public async Task SteadyClient_BelowItsRate_IsNeverCutOff()
    {
        for (var i = 0; i < 100; i++)
        {
            await QueryAsync();
            _node.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Spend_EachCall_CostsWhatItDoes()
    {
        var batch = new BatchQueryRequest();
        batch.Requests.AddRange(Enumerable.Repeat(new QueryRequest { ContentTopics = { "x" } }, 8));
        await _node.Api.BatchQueryAsync(batch);
        using var stream = _node.Api.Subscribe(new SubscribeRequest());
        await stream.ResponseHeadersAsync;
        using var bidirectional = _node.Api.Subscribe2();
        await bidirectional.RequestStream.WriteAsync(new SubscribeRequest());
        await bidirectional.ResponseHeadersAsync;
        using var all = _node.Api.SubscribeAll(new SubscribeAllRequest());
        GrpcAssert.Is(await Assert.ThrowsAsync<RpcException>(() => all.ResponseStream.MoveNext(TestContext.Current.CancellationToken)), StatusCode.ResourceExhausted, "XMTP2004");

        // Publishes have a bucket of their own; none at all costs nothing.
        await _node.PublishAsync(NodeFixture.NewEnvelope("x"), NodeFixture.NewEnvelope("x"), NodeFixture.NewEnvelope("x"));
        await _node.PublishAsync();
        var refused = await Assert.ThrowsAsync<RpcException>(() => _node.PublishAsync(NodeFixture.NewEnvelope("x"), NodeFixture.NewEnvelope("x")));
        Assert.Equal("2 exceeds rate limit R127.0.0.1PUB", refused.Status.Detail);
    }

    [Fact]
    public async Task Publish_BeyondTheLimit_IsRefusedBeforeItsTokenIsLookedAt()
    {
        await _node.PublishAsync(NodeFixture.NewEnvelope("x"), NodeFixture.NewEnvelope("x"), NodeFixture.NewEnvelope("x"));
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await _node.Api.PublishAsync(new PublishRequest { Envelopes = { NodeFixture.NewEnvelope("x") } }, new Metadata { { "authorization", "nonsense" } }));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
    }

    [Fact]
    public async Task Publish_LargerThanTheBucket_IsRefusedWithoutATimeToTryAgain()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => _node.PublishAsync([.. Enumerable.Range(0, 70_000).Select(static _ => new Envelope())]));
        Assert.Equal("70000 exceeds rate limit R127.0.0.1PUB", refused.Status.Detail);
        Assert.Null(refused.Trailers.GetValue("retry-after"));
    }

    [Fact]
    public async Task Clients_BehindATrustedProxy_HaveBucketsOfTheirOwn()
    {
        for (var i = 0; i < 10; i++) Assert.Equal(HttpStatusCode.OK, await StatusAsync("198.51.100.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync("198.51.100.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync("203.0.113.9, 198.51.100.1"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("198.51.100.2"));
        // A whole IPv6 network of one customer is one client.
        for (var i = 0; i < 10; i++) Assert.Equal(HttpStatusCode.OK, await StatusAsync($"2001:db8::{i}"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync("2001:db8::ffff"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("2001:db8:0:1::1"));
    }

    [Fact]
    public async Task Publish_AllowedWallet_HasFourTimesTheLimit()
    {
        var account = await TestAccount.CreateAsync();
        await using var node = new LimitedNode { AllowList = account.Address };
        await node.InitializeAsync();
        var headers = new Metadata { { "authorization", account.Token(node.Time.GetUtcNow()) } };
        for (var i = 0; i < 15; i++) await node.Api.PublishAsync(new PublishRequest { Envelopes = { NodeFixture.NewEnvelope("x") } }, headers);
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await node.Api.PublishAsync(new PublishRequest { Envelopes = { NodeFixture.NewEnvelope("x") } }, headers));
        Assert.Equal("1 exceeds rate limit P127.0.0.1PUB", refused.Status.Detail);
    }

    [Fact]
    public async Task LocalClient_IsExempt_UnlessToldOtherwise()
    {
        await using var node = new LimitedNode { Loopback = false };
        await node.InitializeAsync();
        for (var i = 0; i < 50; i++) await node.Api.QueryAsync(new QueryRequest { ContentTopics = { "x" } });
    }

    public async ValueTask InitializeAsync() => await _node.InitializeAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private async Task QueryAsync() => await _node.Api.QueryAsync(new QueryRequest { ContentTopics = { "x" } });

    private async Task<HttpStatusCode> StatusAsync(string forwardedFor)
    {
        using var response = await _node.PostAsync("/message/v1/query", """{"contentTopics":["x"]}""", "text/plain", ("X-Forwarded-For", forwardedFor));
        return response.StatusCode;
    }

    private sealed class LimitedNode : NodeFixture
    {
        private string? _file;

        public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

        public bool Loopback { get; init; } = true;

        public string? AllowList { get; init; }

        protected override NodeServices Services => new() { Time = Time };

        protected override NodeOptions Configure(NodeOptions options)
        {
            if (AllowList is not null) File.WriteAllText(_file = Path.GetTempFileName(), AllowList);
            return base.Configure(options) with
            {
                AllowListFile = _file,
                TrustedProxies = [IPNetwork.Parse("127.0.0.1/32")],
                RateLimits = new RateLimitSettings { Loopback = Loopback, RequestsPerMinute = 60, RequestsCapacity = 10, PublishesPerMinute = 1, PublishesCapacity = 3 },
            };
        }
    }
}
