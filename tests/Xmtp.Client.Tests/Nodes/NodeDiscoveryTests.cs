using Microsoft.Extensions.Logging.Abstractions;
using Xmtp.Client.Nodes;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Nodes;

public sealed class NodeDiscoveryTests : IAsyncDisposable
{
    private readonly FakeNodes _nodes = new();
    private readonly NodePool _pool;
    private readonly FailoverTransport _transport;

    public NodeDiscoveryTests()
    {
        _pool = _nodes.Pool(new ScriptedFraction(1), "a", "b");
        _transport = new FailoverTransport(_pool, new NodeDiscovery(_pool, onlyTls: true, _nodes.Clock, new ScriptedFraction(1), NullLogger.Instance));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    [Fact]
    public async Task FirstAnswer_NodeTellsOfOthers_LearnsThoseItMayUse()
    {
        _nodes["a"].Peers = ["https://x.example", "http://y.example", "nonsense", "https://a.example", "https://b.example"];
        Assert.Empty(_nodes.Connected);
        await QueryAsync();
        await Eventually.TrueAsync(() => _pool.Learnt.Length > 0, "the node is asked");
        Assert.Equal([FakeNodes.Address("x")], _pool.Learnt);
        Assert.Equal([FakeNodes.Address("a")], _nodes.Connected);
    }

    [Fact]
    public async Task Configured_AllDown_AreReplacedByLearntOnesUntilTheyAreBack()
    {
        _nodes["a"].Peers = ["https://x.example"];
        await QueryAsync();
        await Eventually.TrueAsync(() => _pool.Learnt.Length > 0, "the node is asked");
        FakeNodes.Break(_nodes["a"]);
        FakeNodes.Break(_nodes["b"]);
        await QueryAsync();
        Assert.Contains("Query", _nodes["x"].Calls);
        FakeNodes.Heal(_nodes["a"]);
        _nodes.Clock.Advance(TimeSpan.FromSeconds(1));
        var before = _nodes["a"].Calls.Count(static call => call == "Query");
        await QueryAsync();
        Assert.Equal(before + 1, _nodes["a"].Calls.Count(static call => call == "Query"));
    }

    [Fact]
    public async Task Question_NodeDoesNotKnowIt_LeavesEverythingAsItIs()
    {
        await QueryAsync();
        await Eventually.TrueAsync(() => _nodes["a"].Calls.Contains("GetPeers"), "the node is asked");
        await QueryAsync();
        Assert.Empty(_pool.Learnt);
        Assert.Empty(_nodes["b"].Calls);
    }

    [Fact]
    public async Task Question_WithTime_IsAskedAgainAndFollowsTheNetwork()
    {
        _nodes["a"].Peers = ["https://x.example"];
        await QueryAsync();
        await Eventually.TrueAsync(() => _pool.Learnt.Length > 0, "the node is asked");
        _nodes["a"].Peers = ["https://y.example"];
        await _nodes.Clock.RunAsync(
            Eventually.TrueAsync(() => _pool.Learnt is [var only] && only == FakeNodes.Address("y"), "it is asked again"), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Question_NothingFails_IsNotAskedOften()
    {
        await QueryAsync();
        await Eventually.TrueAsync(() => Asked("a") == 1, "the node is asked");
        for (var i = 0; i < 50; i++)
        {
            await QueryAsync();
            _nodes.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(1, Asked("a"));
    }

    [Fact]
    public async Task Question_NodeFailed_IsAskedSoonOfAnother()
    {
        await QueryAsync();
        await Eventually.TrueAsync(() => Asked("a") == 1, "the node is asked");
        _nodes["b"].Peers = ["https://x.example"];
        FakeNodes.Break(_nodes["a"]);
        await QueryAsync();

        // Well before the usual time; and not at once, so that a node that goes up and down is not asked all the time.
        var start = _nodes.Clock.GetUtcNow();
        Assert.Equal(0, Asked("b"));
        await _nodes.Clock.RunAsync(Eventually.TrueAsync(() => _pool.Learnt.Length > 0, "another is asked"), TimeSpan.FromMilliseconds(100));
        Assert.InRange(_nodes.Clock.GetUtcNow() - start, TimeSpan.FromSeconds(9), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Question_Fails_IsPutToAnotherAtOnce()
    {
        _nodes["a"].OnCall = static (name, _) => name == "GetPeers" ? throw new NodeException(ErrorCatalogue.Unavailable, "down") : Task.CompletedTask;
        _nodes["b"].Peers = ["https://x.example"];
        await QueryAsync();
        await Eventually.TrueAsync(() => _pool.Learnt.Length > 0, "another is asked");
    }

    [Fact]
    public async Task Question_FailsEverywhere_IsAskedAgainSoon()
    {
        foreach (var name in new[] { "a", "b" })
            _nodes[name].FailNext("GetPeers", new NodeException(ErrorCatalogue.Unavailable, "down"));
        _nodes["a"].Peers = ["https://x.example"];
        await QueryAsync();
        await Eventually.TrueAsync(() => Asked("b") > 0, "both are asked");
        await _nodes.Clock.RunAsync(Eventually.TrueAsync(() => _pool.Learnt.Length > 0, "it is asked again"), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task DisposeAsync_WhileAsking_EndsTheQuestion()
    {
        var asked = new TaskCompletionSource();
        _nodes["a"].OnCall = (name, cancellationToken) =>
        {
            if (name != "GetPeers") return Task.CompletedTask;
            asked.SetResult();
            return new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        };
        await QueryAsync();
        await asked.Task.WaitAsync(Token);
        await _transport.DisposeAsync();
        Assert.True(_nodes["a"].IsDisposed);
    }

    private int Asked(string name) => _nodes[name].Calls.Count(static call => call == "GetPeers");

    private async Task QueryAsync() => await _transport.QueryAsync(new QueryRequest { ContentTopics = { "t" }, PagingInfo = new PagingInfo() }, Token);
}
