using Google.Protobuf;
using Xmtp.Client.Diagnostics;
using Xmtp.Client.Messages;
using Xmtp.Client.Streams;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Diagnostics;

public sealed class MetricsTests : IAsyncLifetime
{
    private readonly FakeNetwork _network = new();
    private readonly Measurements _measured = new();
    private TestAccount _alice = null!;
    private TestAccount _bob = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _alice = await TestAccount.StartAsync(_network, configure: options => options with { MeterFactory = _measured });
        _bob = await TestAccount.StartAsync(_network);
    }

    public async ValueTask DisposeAsync()
    {
        await _alice.DisposeAsync();
        await _bob.DisposeAsync();
        _measured.Dispose();
    }

    [Fact]
    public async Task Publish_Succeeds_CountsEnvelopesAndTime()
    {
        var before = _measured.Sum("xmtp.client.published");
        var conversation = await _alice.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
        await conversation.SendAsync("gm", Token);
        var publishes = _alice.Transport.Publishes;
        Assert.Equal(publishes.Sum(static publish => publish.Request.Envelopes.Count), _measured.Sum("xmtp.client.published"));
        Assert.True(_measured.Sum("xmtp.client.published") >= before + 3);
        Assert.Equal(publishes.Count, _measured.Count("xmtp.client.publish.duration"));
        Assert.Equal(0, _measured.Count("xmtp.client.publish.failures"));
    }

    [Fact]
    public async Task Publish_Refused_CountsTheFailureByItsCode()
    {
        var conversation = await _alice.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
        _alice.Transport.FailNext("Publish", new NodeException(ErrorCatalogue.TopicTooLong, "no"));
        await Assert.ThrowsAsync<NodeException>(() => conversation.SendAsync("gm", Token));
        Assert.Equal(1, _measured.Sum("xmtp.client.publish.failures"));
        Assert.Equal(1, _measured.Sum("xmtp.client.publish.failures", "error.type", ErrorCatalogue.TopicTooLong.Id));
    }

    [Fact]
    public async Task Publish_RateLimited_CountsRetryAndWait()
    {
        var conversation = await _alice.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
        _alice.Transport.FailNext("Publish", new NodeException(ErrorCatalogue.RateLimited, "slow"), new NodeException(ErrorCatalogue.Unavailable, "gone"));
        await conversation.SendAsync("gm", Token);
        Assert.Equal(2, _measured.Sum("xmtp.client.retries", "call", "Publish"));
        Assert.Equal(1, _measured.Sum("xmtp.client.retries", "error.type", ErrorCatalogue.RateLimited.Id));
        Assert.Equal(1, _measured.Count("xmtp.client.rate_limit.waits"));
        Assert.Equal(0, _measured.Count("xmtp.client.publish.failures"));
    }

    [Fact]
    public async Task Received_StreamedAndListed_AreToldApart()
    {
        var theirs = await _bob.Client.Conversations.NewConversationAsync(_alice.Client.Address, cancellationToken: Token);
        await theirs.SendAsync("one", Token);
        var ours = Assert.Single(await _alice.Client.Conversations.ListAsync(cancellationToken: Token));
        Assert.Equal(1, await ours.ListMessagesAsync(cancellationToken: Token).CountAsync(Token));
        await using (var stream = await ours.StreamMessagesAsync(Token))
        {
            Assert.Equal(1, _measured.Sum("xmtp.client.streams.open"));
            await theirs.SendAsync("two", Token);
            await stream.NextAsync(1);
            await Eventually.EqualAsync(1d, () => Task.FromResult(_measured.Sum("xmtp.client.messages.received", "source", "stream")));
        }

        Assert.Equal(1, _measured.Sum("xmtp.client.messages.received", "source", "list"));
        Assert.Equal(0, _measured.Sum("xmtp.client.streams.open"));
        Assert.True(_measured.Count("xmtp.client.query.duration") > 0);
    }

    [Fact]
    public async Task Dropped_BadEnvelope_IsCountedByItsReason()
    {
        var conversation = await _alice.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
        Assert.Null(conversation.Decode(new Envelope { ContentTopic = conversation.Topic.Value, Message = ByteString.CopyFromUtf8("\u0001\u0002") }));
        Assert.Equal(1, _measured.Sum("xmtp.client.dropped"));
        Assert.Equal(1, _measured.Sum("xmtp.client.dropped", "reason", nameof(DropReason.Malformed)));
    }

    [Fact]
    public async Task Stream_ConnectionLost_CountsAttemptsAndTimeUntilItIsBack()
    {
        await using var stream = await _alice.Client.Conversations.StreamAllMessagesAsync(Token);
        var failures = 1;
        _alice.Transport.OnCall = (call, _) => call == "Subscribe" && failures-- > 0 ? throw new NodeException(ErrorCatalogue.Unavailable, "gone") : Task.CompletedTask;
        foreach (var subscription in _alice.Transport.Subscriptions.Keys) subscription.Break(new NodeException(ErrorCatalogue.Unavailable, "gone"));
        await Eventually.TrueAsync(() => _measured.Count("xmtp.client.stream.reconnect.duration") == 1, "the stream to be back");
        Assert.Equal(ConnectionState.Connected, stream.State);
        Assert.Equal(2, _measured.Sum("xmtp.client.stream.reconnects"));
    }

    [Fact]
    public async Task Tags_OfAWholeRun_NameNobody()
    {
        await Received_StreamedAndListed_AreToldApart();
        await Dropped_BadEnvelope_IsCountedByItsReason();
        Assert.NotEmpty(_measured.All);

        // A short word: no address (42 characters), no topic (with slashes), no key.
        Assert.All(_measured.All.SelectMany(static one => one.Tags), static tag => Assert.Matches("^[A-Za-z0-9]{1,30}$", Assert.IsType<string>(tag.Value)));
    }

    [Fact]
    public void Measuring_NobodyListens_AllocatesNothing()
    {
        using var factory = new Measurements(isListening: false);
        var metrics = ClientMetrics.Of(factory);
        var failure = new NodeException(ErrorCatalogue.RateLimited, "slow");
        Measure();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Measure();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Measure() => UseAll(metrics, failure);
    }

    [Fact]
    public void Clients_WithoutFactory_ShareOneMeter() => Assert.Same(ClientMetrics.Of(null), ClientMetrics.Of(null));

    internal static void UseAll(ClientMetrics metrics, Exception failure)
    {
        metrics.Published(1, TimeSpan.FromMilliseconds(1));
        metrics.PublishFailed(failure, TimeSpan.FromMilliseconds(1));
        metrics.Queried("Query", TimeSpan.FromMilliseconds(1));
        metrics.QueryFailed("Query", failure, TimeSpan.FromMilliseconds(1));
        metrics.Repeating("Query", ErrorCatalogue.RateLimited, TimeSpan.FromMilliseconds(1));
        metrics.Streamed();
        metrics.Listed();
        metrics.Dropped(DropReason.Malformed);
        metrics.StreamOpened();
        metrics.StreamClosed();
        metrics.Reconnecting();
        metrics.Reconnected(TimeSpan.FromMilliseconds(1));
    }
}
