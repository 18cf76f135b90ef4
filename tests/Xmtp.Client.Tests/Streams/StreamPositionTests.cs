using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Client.Network;
using Xmtp.Client.Nodes;
using Xmtp.Client.Streams;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Streams;

public sealed class StreamPositionTests : IAsyncLifetime
{
    private static readonly string Here = Topic.DirectMessageV2("here").Value;
    private static readonly string There = Topic.DirectMessageV2("there").Value;

    private readonly FakeTimeProvider _clock = TestAccount.Clock();
    private readonly FakeCluster _cluster = new(2);
    private readonly FailoverTransport _transport;
    private LiveStream<Envelope> _stream = null!;
    private int _number;

    public StreamPositionTests()
    {
        var pool = new NodePool(
            [FakeNodes.Address("n0"), FakeNodes.Address("n1")],
            address => new TimeLimitedTransport(_cluster.Nodes[address == FakeNodes.Address("n0") ? 0 : 1], TimeSpan.FromSeconds(30), _clock, disposeInner: true),
            _clock, new ScriptedFraction(1), NullLogger.Instance);
        _transport = new FailoverTransport(pool);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _stream = Stream(_transport);
        await _stream.OpenAsync(Now, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _transport.DisposeAsync();
    }

    [Fact]
    public async Task Reconnect_NodeGoesOnFromThePosition_IsNotQueried()
    {
        await SettleAsync();
        Publish(0, Here);
        _cluster.Nodes[0].Mark();
        await ReceiveAsync("message 0");
        _cluster.Replicate(1, 0);

        // So old that no query from the last one seen would bring it, and known to the other node alone.
        Publish(1, Here, age: TimeSpan.FromDays(1));
        _cluster.Nodes[0].IsDown = true;
        _cluster.Nodes[0].Break(losesSent: false);
        await ReceiveAsync("message 1");
        await _clock.RunAsync(Eventually.TrueAsync(() => _stream.State == ConnectionState.Connected, "it is connected"));
        Assert.Equal((1, 0), (_cluster.Nodes[1].Continued, _cluster.Nodes[1].Queries));
    }

    [Fact]
    public async Task Reconnect_NothingSettledYet_IsQueriedAllTheSame()
    {
        // Came before the subscription, and the stream is to have it: it bears a time after the stream's beginning.
        await using var late = Stream(_transport);
        Publish(0, Here);
        await late.OpenAsync(Now, Token);
        _cluster.ReplicateAll();
        _cluster.Nodes[0].IsDown = true;
        _cluster.Nodes[0].Break(losesSent: true);
        Assert.Equal("message 0", Text(Assert.Single(await _clock.RunAsync(late.NextAsync(1)))));
        Assert.True(_cluster.Nodes[1].Continued > 0);
        Assert.True(_cluster.Nodes[1].Queries > 0);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Reconnect_NodeDoesNotGoOn_ReadsEveryTopicByTime(bool ignores, bool knows)
    {
        await SettleAsync();
        (_cluster.Nodes[1].IgnoresPositions, _cluster.Nodes[1].KnowsPositions) = (ignores || knows, knows);
        _cluster.Nodes[0].IsDown = true;
        _cluster.Nodes[0].Break(losesSent: false);
        Publish(1, Here);
        await ReceiveAsync("message 0");
        Assert.Equal(0, _cluster.Nodes[1].Continued);
        Assert.True(_cluster.Nodes[1].Queries > 0);
    }

    [Fact]
    public async Task Reconnect_TopicAddedJustBefore_IsQueriedUntilAMarkCoversIt()
    {
        await SettleAsync();
        Publish(0, There);
        _cluster.ReplicateAll();
        _stream.FollowMore(There, sinceNs: 0);
        await ReceiveAsync("message 0");

        // Lost before it was read once more: the other node goes on, and is asked for this topic alone.
        await HopAsync(from: 0);
        Assert.Equal((1, 1), (_cluster.Nodes[1].Continued, _cluster.Nodes[1].Queries));

        // What it read there is covered by the next position it states.
        _cluster.Nodes[1].Mark();
        Publish(1, Here);
        await ReceiveAsync("message 1");
        var queries = _cluster.Nodes[0].Queries;
        await HopAsync(from: 1);
        Assert.Equal((1, queries), (_cluster.Nodes[0].Continued, _cluster.Nodes[0].Queries));
    }

    [Fact]
    public async Task Reconnect_HistoryOfAnAddedTopic_IsAskedOfTheNodeThatIsLive()
    {
        // The first node comes back, and has not read what the second knows.
        _cluster.Nodes[0].IsDown = true;
        _cluster.Nodes[0].Break(losesSent: false);
        await _clock.RunAsync(Eventually.TrueAsync(() => _stream.State == ConnectionState.Reconnecting, "it notices"), TimeSpan.Zero);
        await _clock.RunAsync(Eventually.TrueAsync(() => _stream.State == ConnectionState.Connected, "it is connected"));
        _cluster.Nodes[0].IsDown = false;
        _clock.Advance(TimeSpan.FromSeconds(1));
        var queries = _cluster.Nodes[0].Queries;
        Publish(1, There);
        _stream.FollowMore(There, sinceNs: 0);
        await ReceiveAsync("message 0");
        Assert.Equal(queries, _cluster.Nodes[0].Queries);
    }

    [Fact]
    public async Task Hop_ToANodeThatLags_RepeatsNothing()
    {
        await SettleAsync();
        for (var i = 0; i < 5; i++) Publish(0, Here);
        foreach (var i in Enumerable.Range(0, 5)) await ReceiveAsync($"message {i}");
        for (var i = 0; i < 3; i++) _cluster.Nodes[0].Mark();
        await HopAsync(from: 0);

        // It reads now what the stream had from the other.
        _cluster.ReplicateAll();
        Publish(1, Here);
        await ReceiveAsync("message 5");
    }

    [Fact]
    public async Task Subscribe_AgainAndAgain_AsksForTheNewestPosition()
    {
        var node = new FakeTransport(new FakeNetwork()) { Position = "first" };
        await using var stream = await OpenAsync(node);
        await LoseAsync(node, stream);
        Assert.Equal([null, "first"], node.AskedPositions);

        // Going on from a position, a node's own stands for what it has not sent yet.
        node.Position = "second";
        await LoseAsync(node, stream);
        Assert.Equal("first", node.AskedPositions.Last());
        node.Subscriptions.Keys.Single().Mark("marked");
        node.Network.Publish(FakeCluster.Envelope(Here, Now, 0));
        await _clock.RunAsync(stream.NextAsync(1));
        await LoseAsync(node, stream);
        Assert.Equal("marked", node.AskedPositions.Last());
    }

    [Fact]
    public async Task Subscribe_AfterANodeWithoutPositions_BeginsAnew()
    {
        var node = new FakeTransport(new FakeNetwork()) { Position = "first" };
        await using var stream = await OpenAsync(node);
        node.Position = null;
        await LoseAsync(node, stream);
        await LoseAsync(node, stream);
        Assert.Equal([null, "first", null], node.AskedPositions);
    }

    [Theory]
    [InlineData("")]
    [InlineData("new")]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    [InlineData("päckchen")]
    public async Task Mark_NoPosition_IsNeitherTakenNorShown(string text)
    {
        var node = new FakeTransport(new FakeNetwork()) { Position = "first" };
        await using var stream = await OpenAsync(node);
        node.Subscriptions.Keys.Single().Mark(text);
        node.Subscriptions.Keys.Single().Mark(new string('x', 8_001));
        node.Network.Publish(FakeCluster.Envelope(Here, Now, 0));
        Assert.Equal("message 0", Text(Assert.Single(await stream.NextAsync(1))));
        await LoseAsync(node, stream);
        Assert.Equal("first", node.AskedPositions.Last());
    }

    [Fact]
    public async Task Silence_NodeStatesPositions_IsADeadConnection()
    {
        var node = new FakeTransport(new FakeNetwork()) { Position = "first", NoticesLoss = false };
        await using var stream = await OpenAsync(node);
        for (var i = 0; i < 4; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(44));
            node.Subscriptions.Keys.Single().Mark($"mark{i}");
            node.Network.Publish(FakeCluster.Envelope(Here, Now, i));
            await stream.NextAsync(1);
        }

        Assert.Equal([null], node.AskedPositions);
        node.LoseConnections();
        _clock.Advance(TimeSpan.FromSeconds(44));
        Assert.Equal(ConnectionState.Connected, stream.State);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => stream.State == ConnectionState.Reconnecting, "the silence is noticed");
        await _clock.RunAsync(Eventually.TrueAsync(() => stream.State == ConnectionState.Connected, "it is connected"));
        Assert.Equal([null, "mark3"], node.AskedPositions);
    }

    [Fact]
    public async Task Silence_NodeWithoutPositions_IsNothing()
    {
        var node = new FakeTransport(new FakeNetwork());
        await using var stream = await OpenAsync(node);
        _clock.Advance(TimeSpan.FromMinutes(30));
        node.Network.Publish(FakeCluster.Envelope(Here, Now, 0));
        await stream.NextAsync(1);
        Assert.Equal([null], node.AskedPositions);
    }

    [Fact]
    public async Task Silence_ReaderTakesItsTime_IsNotTheNodes()
    {
        var node = new FakeTransport(new FakeNetwork()) { Position = "first" };
        await using var stream = await OpenAsync(node);
        for (var i = 0; i < 20; i++) node.Network.Publish(FakeCluster.Envelope(Here, Now, i));
        await Eventually.TrueAsync(() => stream.State == ConnectionState.Connected, "it is connected");
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(20, (await stream.NextAsync(20)).Count);
        Assert.Equal([null], node.AskedPositions);
    }

    private static string Text(Envelope envelope) => envelope.Message.ToStringUtf8();

    private ulong Now => UnixTime.ToNanoseconds(_clock.GetUtcNow());

    private LiveStream<Envelope> Stream(IMessageTransport transport)
    {
        var retries = new Retries(new RetryPolicy { FirstDelay = TimeSpan.FromMilliseconds(20) }, _clock, new SeededRandom(1), NullLogger.Instance);
        var context = new StreamContext(new NodeConnection(transport, retries), new SenderClock(_clock), _clock, 1_000_000_000, 4, NullLogger.Instance);
        var stream = new LiveStream<Envelope>(context, static envelope => envelope);
        stream.Follow(Here, Now);
        return stream;
    }

    private async Task<LiveStream<Envelope>> OpenAsync(FakeTransport node) =>
        await Stream(new TimeLimitedTransport(node, TimeSpan.FromSeconds(30), _clock, disposeInner: false)).OpenAsync(Now, Token);

    private async Task LoseAsync(FakeTransport node, LiveStream<Envelope> stream)
    {
        var asked = node.AskedPositions.Count;
        node.LoseConnections(new NodeException(ErrorCatalogue.Unavailable, "gone"));
        await _clock.RunAsync(Eventually.TrueAsync(() => node.AskedPositions.Count > asked && stream.State == ConnectionState.Connected, "it is connected"));
    }

    /// <summary>Lets the stream read its topics once more.</summary>
    private async Task SettleAsync()
    {
        var queries = _cluster.Nodes[0].Queries;
        await _clock.RunAsync(Eventually.TrueAsync(() => _cluster.Nodes[0].Queries > queries, "it settles"), TimeSpan.FromMilliseconds(200));
        _clock.Advance(TimeSpan.FromSeconds(20));
    }

    private async Task HopAsync(int from)
    {
        _cluster.Nodes[1 - from].IsDown = false;
        _cluster.Nodes[from].IsDown = true;
        _cluster.Nodes[from].Break(losesSent: false);
        await Eventually.TrueAsync(() => _stream.State == ConnectionState.Reconnecting, "it notices");
        await _clock.RunAsync(Eventually.TrueAsync(() => _stream.State == ConnectionState.Connected, "it is connected"), TimeSpan.FromMilliseconds(20));
    }

    private void Publish(int node, string topic, TimeSpan age = default)
    {
        _cluster.Publish(node, FakeCluster.Envelope(topic, Now - ((ulong)age.Ticks * TimeSpan.NanosecondsPerTick), _number++));
    }

    private async Task ReceiveAsync(string text) => Assert.Equal(text, Text(Assert.Single(await _clock.RunAsync(_stream.NextAsync(1), TimeSpan.FromMilliseconds(20)))));
}
