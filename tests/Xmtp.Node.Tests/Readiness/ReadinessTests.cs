using System.Net;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Node.Hosting;
using Xmtp.Node.Tests.Gateway;
using Xmtp.Node.Tests.Support;
using Xmtp.TestSupport;
using Status = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Xmtp.Node.Tests.Readiness;

public sealed class ReadinessTests : IAsyncLifetime
{
    private readonly BreakableNode _node = new();

    [Fact]
    public async Task StoreThatFails_MakesTheNodeNotReady_UntilItIsBack()
    {
        using var watch = new Health.HealthClient(_node.Channel).Watch(new HealthCheckRequest());
        Assert.Equal(Status.Serving, await NextAsync(watch));
        await AssertReadyAsync(true, "ok");

        _node.Store.Fails = true;
        using (var failed = await _node.PostAsync("/message/v1/publish", """{"envelopes":[{"contentTopic":"x","message":"AQ=="}]}""", "text/plain", ("Authorization", _node.Token)))
            await GatewayAssert.FailsAsync(failed, 500, 13, "store");
        await AssertReadyAsync(false, "failed");
        Assert.Equal(Status.NotServing, await NextAsync(watch));
        Assert.Equal(Status.NotServing, (await new Health.HealthClient(_node.Channel).CheckAsync(new HealthCheckRequest())).Status);
        // Alive all the same, and what is stored can be read.
        Assert.Equal(HttpStatusCode.OK, (await _node.Http.GetAsync("/healthz", TestContext.Current.CancellationToken)).StatusCode);
        using (var query = await _node.PostAsync("/message/v1/query", """{"contentTopics":["x"]}""")) Assert.Equal(HttpStatusCode.OK, query.StatusCode);
        Assert.Contains(_node.Node.Log.Lines, static line => line is { EventId: 2210, Level: Microsoft.Extensions.Logging.LogLevel.Error });

        // No publish is needed to find out that it is back: the node looks by itself.
        _node.Store.Fails = false;
        var next = NextAsync(watch);
        await Eventually.TrueAsync(() =>
        {
            _node.Time.Advance(TimeSpan.FromSeconds(5));
            return Task.FromResult(next.IsCompleted);
        });
        Assert.Equal(Status.Serving, await next);
        await AssertReadyAsync(true, "ok");
        await _node.AssertServesAsync();
    }

    [Fact]
    public async Task Ready_StoreThatHangs_IsFalse()
    {
        _node.Store.Close();
        var publishing = _node.PublishAsync(NodeFixture.NewEnvelope("x"));
        await Eventually.EqualAsync(1, () => Task.FromResult(_node.Store.Waiting));
        var asking = _node.Http.GetAsync("/readyz", TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() =>
        {
            _node.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(asking.IsCompleted);
        });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await asking).StatusCode);
        _node.Store.Open();
        await publishing;
        await AssertReadyAsync(true, "ok");
    }

    public async ValueTask InitializeAsync() => await _node.InitializeAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private async Task AssertReadyAsync(bool ready, string store)
    {
        foreach (var path in new[] { "/readyz", "/healthz/ready" })
        {
            using var response = await _node.Http.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(ready ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal(
                $$"""{"status":"{{(ready ? "ready" : "not ready")}}","store":"{{store}}","joining":false,"draining":false,"stopping":false}""",
                await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    private static async Task<Status> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        return watch.ResponseStream.Current.Status;
    }

    private sealed class BreakableNode : NodeFixture
    {
        public GatedStore Store { get; } = new();

        public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

        protected override NodeServices Services => new() { Store = Store, Time = Time };
    }
}
