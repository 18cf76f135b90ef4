using Xmtp.Client.Nodes;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Tests.Nodes;

public sealed class FailoverTransportTests
{
    private readonly FakeNodes _nodes = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task QueryAsync_NodeDown_IsAnsweredByTheNext()
    {
        await using var both = Transport("a", "b");
        FakeNodes.Break(_nodes["a"]);
        await both.QueryAsync(Query(), Token);
        await both.QueryAsync(Query(), Token);
        Assert.Single(_nodes["a"].Calls);
        Assert.Equal(2, _nodes["b"].Calls.Count);
    }

    [Fact]
    public async Task QueryAsync_NodeBack_GoesBackToTheFirst()
    {
        await using var both = Transport("a", "b");
        FakeNodes.Break(_nodes["a"]);
        await both.QueryAsync(Query(), Token);
        FakeNodes.Heal(_nodes["a"]);
        _nodes.Clock.Advance(TimeSpan.FromSeconds(1));
        await both.QueryAsync(Query(), Token);
        Assert.Equal(2, _nodes["a"].Calls.Count);
        Assert.Single(_nodes["b"].Calls);
    }

    [Fact]
    public async Task QueryAsync_AllDown_FailsAfterAFewAndTriesAgainLater()
    {
        string[] names = ["a", "b", "c", "d", "e", "f"];
        await using var all = Transport(names);
        foreach (var name in names) FakeNodes.Break(_nodes[name]);
        await Assert.ThrowsAsync<NodeException>(() => all.QueryAsync(Query(), Token));
        Assert.Equal(4, names.Sum(name => _nodes[name].Calls.Count));
        await Assert.ThrowsAsync<NodeException>(() => all.QueryAsync(Query(), Token));
        Assert.All(names, name => Assert.NotEmpty(_nodes[name].Calls));

        // The first four are tried again before the others have their turn.
        FakeNodes.Heal(_nodes["e"]);
        _nodes.Clock.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<NodeException>(() => all.QueryAsync(Query(), Token));
        await all.QueryAsync(Query(), Token);
    }

    [Fact]
    public async Task QueryAsync_OnlyNodeDown_IsTriedAgainAtOnce()
    {
        await using var single = Transport("a");
        FakeNodes.Break(_nodes["a"]);
        await Assert.ThrowsAsync<NodeException>(() => single.QueryAsync(Query(), Token));
        FakeNodes.Heal(_nodes["a"]);
        await single.QueryAsync(Query(), Token);
    }

    [Fact]
    public async Task QueryAsync_RequestRefused_StaysWithTheNode()
    {
        await using var both = Transport("a", "b");
        _nodes["a"].FailNext("Query", new NodeException(ErrorCatalogue.PageTooLarge, "too many rows"));
        await Assert.ThrowsAsync<NodeException>(() => both.QueryAsync(Query(), Token));
        await both.QueryAsync(Query(), Token);
        Assert.Empty(_nodes["b"].Calls);
    }

    [Fact]
    public async Task QueryAsync_NodeHangs_FailsInTimeAndTheNextCallGoesElsewhere()
    {
        _nodes["a"].OnCall = static (_, cancellationToken) => new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        var pool = new NodePool(
            [FakeNodes.Address("a"), FakeNodes.Address("b")],
            address => new TimeLimitedTransport(_nodes[address.Host.Split('.')[0]], TimeSpan.FromSeconds(30), _nodes.Clock, disposeInner: true),
            _nodes.Clock, new ScriptedFraction(1), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await using var both = new FailoverTransport(pool);
        var query = both.QueryAsync(Query(), Token);
        Assert.False(query.IsCompleted);
        _nodes.Clock.Advance(TimeSpan.FromSeconds(30));
        var failure = await Assert.ThrowsAsync<NodeException>(() => query);
        Assert.Equal(ErrorCatalogue.DeadlineExceeded, failure.Code);
        await both.QueryAsync(Query(), Token);
        Assert.Single(_nodes["b"].Calls);
    }

    [Fact]
    public async Task PublishAsync_NodeDown_SendsTheSameRequestToTheNext()
    {
        await using var both = Transport("a", "b");
        FakeNodes.Break(_nodes["a"]);
        var request = new PublishRequest { Envelopes = { new Envelope { ContentTopic = "t", TimestampNs = 5 } } };
        await both.PublishAsync(request, "token", AckLevel.Peers(2), Token);
        Assert.Equal(request, Assert.Single(_nodes["a"].Publishes).Request);
        Assert.Equal(request, Assert.Single(_nodes["b"].Publishes).Request);
        Assert.Equal(AckLevel.Peers(2), Assert.Single(_nodes["b"].AskedLevels));
    }

    [Fact]
    public async Task SubscribeAsync_ConnectionLost_MovesAllCallsToTheNext()
    {
        await using var both = Transport("a", "b");
        await using var subscription = await both.SubscribeAsync(["t"], "position", Token);
        Assert.Equal("position", Assert.Single(_nodes["a"].AskedPositions));
        _nodes["a"].LoseConnections(new NodeException(ErrorCatalogue.Unavailable, "gone"));
        await Assert.ThrowsAsync<NodeException>(() => subscription.ReadAllAsync(Token).ToListAsync(Token).AsTask());
        await both.QueryAsync(Query(), Token);
        Assert.Single(_nodes["b"].Calls);
    }

    [Fact]
    public async Task SubscribeAsync_QueriesOfTheSubscription_GoToItsNode()
    {
        await using var both = Transport("a", "b");
        FakeNodes.Break(_nodes["a"]);
        await using var subscription = await both.SubscribeAsync(["t"], null, Token);
        FakeNodes.Heal(_nodes["a"]);
        _nodes.Clock.Advance(TimeSpan.FromMinutes(1));
        await ((IEnvelopeQueries)subscription).QueryAsync(Query(), Token);
        await ((IEnvelopeQueries)subscription).BatchQueryAsync(new BatchQueryRequest(), Token);
        Assert.Equal(["Subscribe", "Query", "BatchQuery"], _nodes["b"].Calls);
        await both.QueryAsync(Query(), Token);
        Assert.Equal(["Subscribe", "Query"], _nodes["a"].Calls);
    }

    [Fact]
    public async Task SubscribeAsync_NodeLeavesTheNetwork_KeepsTheSubscription()
    {
        var pool = _nodes.Pool(new ScriptedFraction(1), "a");
        await using var transport = new FailoverTransport(pool);
        await pool.LearnAsync([FakeNodes.Address("x")]);
        FakeNodes.Break(_nodes["a"]);
        var subscription = await transport.SubscribeAsync(["t"], null, Token);
        await pool.LearnAsync([]);
        Assert.False(_nodes["x"].IsDisposed);
        await subscription.DisposeAsync();
        Assert.True(_nodes["x"].IsDisposed);
    }

    [Fact]
    public async Task Cancel_WhileACallRuns_IsHeldAgainstNobody()
    {
        await using var both = Transport("a", "b");
        _nodes["a"].OnCall = static (_, cancellationToken) => new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        using var cancel = new CancellationTokenSource();
        var query = both.QueryAsync(Query(), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        FakeNodes.Heal(_nodes["a"]);
        await both.QueryAsync(Query(), Token);
        Assert.Empty(_nodes["b"].Calls);
    }

    private static QueryRequest Query() => new() { ContentTopics = { "t" }, PagingInfo = new PagingInfo() };

    private FailoverTransport Transport(params string[] names) => new(_nodes.Pool(new ScriptedFraction(1), names));
}
