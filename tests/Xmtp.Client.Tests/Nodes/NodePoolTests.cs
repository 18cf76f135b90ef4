using Xmtp.Client.Nodes;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Tests.Nodes;

public sealed class NodePoolTests
{
    private static readonly NodeException Down = new(ErrorCatalogue.Unavailable, "down");
    private readonly FakeNodes _nodes = new();

    [Fact]
    public async Task Enter_AllHealthy_TakesTheFirstConfigured()
    {
        await using var pool = _nodes.Pool("a", "b");
        await using var lease = pool.Enter();
        Assert.Equal(FakeNodes.Address("a"), lease.Node.Address);
        Assert.Equal([FakeNodes.Address("a")], _nodes.Connected);
    }

    [Fact]
    public async Task Enter_FirstFailed_TakesTheNextUntilTheTimeIsUp()
    {
        await using var pool = _nodes.Pool(new ScriptedFraction(1), "a", "b");
        await FailAsync(pool, "a");
        Assert.Equal("b", await NextAsync(pool));
        _nodes.Clock.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Equal("b", await NextAsync(pool));
        _nodes.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("a", await NextAsync(pool));
    }

    [Fact]
    public async Task Failed_AgainAndAgain_AvoidsForTwiceAsLongUpToHalfAMinute()
    {
        await using var pool = _nodes.Pool(new ScriptedFraction(1), "a", "b");
        foreach (var seconds in new[] { 0.5, 1, 2, 4, 8, 16, 30, 30 })
        {
            await FailAsync(pool, "a");
            _nodes.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.Equal("b", await NextAsync(pool));
            _nodes.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        // Once it has answered, it begins anew.
        await AnswerAsync(pool, "a");
        await FailAsync(pool, "a");
        _nodes.Clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal("a", await NextAsync(pool));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.25, 125)]
    public async Task Failed_Jitter_TakesAnyPartOfTheWait(double fraction, int milliseconds)
    {
        await using var pool = _nodes.Pool(new ScriptedFraction(fraction), "a", "b");
        await FailAsync(pool, "a");
        if (milliseconds > 0)
        {
            _nodes.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
            Assert.Equal("b", await NextAsync(pool));
            _nodes.Clock.Advance(TimeSpan.FromMilliseconds(2));
        }

        Assert.Equal("a", await NextAsync(pool));
    }

    [Fact]
    public async Task Failed_NodeAsksForALongerWait_IsLeftAloneThatLong()
    {
        await using var pool = _nodes.Pool("a", "b");
        await FailAsync(pool, "a", new NodeException(ErrorCatalogue.RateLimited, "slow down", Grpc.Core.StatusCode.ResourceExhausted, TimeSpan.FromSeconds(20)));
        _nodes.Clock.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal("b", await NextAsync(pool));
        _nodes.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("a", await NextAsync(pool));
    }

    [Fact]
    public async Task Failed_ManyCallsAtOnce_CountOnce()
    {
        await using var pool = _nodes.Pool(new ScriptedFraction(1), "a", "b");
        NodeLease[] leases = [.. Enumerable.Range(0, 10).Select(_ => pool.Enter())];
        foreach (var lease in leases)
        {
            lease.Failed(Down);
            await lease.DisposeAsync();
        }

        _nodes.Clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal("a", await NextAsync(pool));
    }

    [Fact]
    public async Task Answered_ByACallOfBeforeTheFailure_HealsNothing()
    {
        await using var pool = _nodes.Pool(new ScriptedFraction(1), "a", "b");
        await using var early = pool.Enter();
        await FailAsync(pool, "a");
        early.Answered();
        Assert.Equal("b", await NextAsync(pool));
    }

    [Fact]
    public async Task Enter_TimeUp_LetsOneTryWhileOthersGoElsewhere()
    {
        await using var pool = _nodes.Pool(new ScriptedFraction(1), "a", "b");
        await FailAsync(pool, "a");
        _nodes.Clock.Advance(TimeSpan.FromSeconds(1));
        var trying = pool.Enter();
        Assert.Equal(FakeNodes.Address("a"), trying.Node.Address);
        Assert.Equal("b", await NextAsync(pool));

        // Given up without a verdict: the next may try.
        await trying.DisposeAsync();
        Assert.Equal("a", await NextAsync(pool));
        await AnswerAsync(pool, "a");
        await using var first = pool.Enter();
        Assert.Equal("a", await NextAsync(pool));
    }

    [Fact]
    public async Task Enter_AllFailed_TakesTheOneWhoseTimeIsUpFirst()
    {
        await using var pool = _nodes.Pool(new ScriptedFraction(1), "a", "b");
        await FailAsync(pool, "a");
        _nodes.Clock.Advance(TimeSpan.FromSeconds(0.5));
        await FailAsync(pool, "a");
        await FailAsync(pool, "b");
        Assert.Equal("b", await NextAsync(pool));
    }

    [Fact]
    public async Task Failed_RequestRefusedOrOthersMissing_IsNotHeldAgainstTheNode()
    {
        await using var pool = _nodes.Pool("a", "b");
        await FailAsync(pool, "a", new NodeException(ErrorCatalogue.PageTooLarge, "too many rows"));
        await FailAsync(pool, "a", new NodeException(ErrorCatalogue.AcknowledgementNotReached, "alone"));
        Assert.Equal("a", await NextAsync(pool));
    }

    [Fact]
    public async Task LearnAsync_NewNodes_AreUsedAfterTheConfiguredOnes()
    {
        await using var pool = _nodes.Pool("a");
        await pool.LearnAsync([FakeNodes.Address("a"), FakeNodes.Address("x"), FakeNodes.Address("x")]);
        Assert.Equal([FakeNodes.Address("x")], pool.Learnt);
        Assert.Equal("a", await NextAsync(pool));
        await FailAsync(pool, "a");
        Assert.Equal("x", await NextAsync(pool));
    }

    [Fact]
    public async Task LearnAsync_NodeGone_IsClosedOnceNobodyUsesIt()
    {
        await using var pool = _nodes.Pool(new ScriptedFraction(1), "a");
        await pool.LearnAsync([FakeNodes.Address("x"), FakeNodes.Address("y")]);
        await FailAsync(pool, "a");
        var lease = pool.Enter();
        var used = (FakeTransport)lease.Transport;
        await pool.LearnAsync([]);
        Assert.Empty(pool.Learnt);
        Assert.False(used.IsDisposed);
        await lease.DisposeAsync();
        Assert.True(used.IsDisposed);
        Assert.Equal("a", await NextAsync(pool));
    }

    [Fact]
    public async Task LearnAsync_NodeThatStays_KeepsItsHealthAndItsPlace()
    {
        await using var pool = _nodes.Pool(new ScriptedFraction(1), "a");
        await pool.LearnAsync([.. Enumerable.Range(0, 10).Select(static i => FakeNodes.Address($"x{i}"))]);
        var order = pool.Learnt;
        await pool.LearnAsync([.. order.Reverse().Skip(2), FakeNodes.Address("new")]);
        Assert.Equal([.. order.Take(8), FakeNodes.Address("new")], pool.Learnt);
    }

    [Fact]
    public async Task LearnAsync_FarTooMany_KeepsABoundedNumber()
    {
        await using var pool = _nodes.Pool("a");
        await pool.LearnAsync([.. Enumerable.Range(0, 1000).Select(static i => FakeNodes.Address($"x{i}"))]);
        Assert.Equal(NodePool.LearntMax, pool.Learnt.Length);
        Assert.Empty(_nodes.Connected);
    }

    [Fact]
    public async Task DisposeAsync_Always_ClosesWhatWasOpened()
    {
        var pool = _nodes.Pool("a", "b");
        await NextAsync(pool);
        await pool.DisposeAsync();
        Assert.True(_nodes["a"].IsDisposed);
        Assert.False(_nodes["b"].IsDisposed);
    }

    private static async Task<string> NextAsync(NodePool pool)
    {
        await using var lease = pool.Enter();
        return lease.Node.Address.Host.Split('.')[0];
    }

    private static async Task FailAsync(NodePool pool, string name, NodeException? failure = null)
    {
        await using var lease = pool.Enter();
        Assert.Equal(FakeNodes.Address(name), lease.Node.Address);
        lease.Failed(failure ?? Down);
    }

    private static async Task AnswerAsync(NodePool pool, string name)
    {
        await using var lease = pool.Enter();
        Assert.Equal(FakeNodes.Address(name), lease.Node.Address);
        lease.Answered();
    }
}
