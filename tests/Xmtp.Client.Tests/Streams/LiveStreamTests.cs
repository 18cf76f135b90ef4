using Microsoft.Extensions.Time.Testing;
using Xmtp.Client.Conversations;
using Xmtp.Client.Messages;
using Xmtp.Client.Streams;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Streams;

public sealed class LiveStreamTests : IAsyncLifetime
{
    private readonly FakeNetwork _network = new();
    private readonly FakeTimeProvider _clock = TestAccount.Clock();
    private TestAccount _alice = null!;
    private TestAccount _bob = null!;
    private Conversation _toBob = null!;
    private Conversation _toAlice = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _alice = await TestAccount.StartAsync(_network, _clock);
        _bob = await TestAccount.StartAsync(_network, _clock);
        _toBob = await _alice.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
        _toAlice = await _bob.Client.Conversations.NewConversationAsync(_alice.Client.Address, cancellationToken: Token);
        _clock.Advance(TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _alice.DisposeAsync();
        await _bob.DisposeAsync();
    }

    [Fact]
    public async Task StreamMessagesAsync_CallReturned_IsLiveAndBringsNothingOlder()
    {
        await _toBob.SendAsync("before", Token);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await using var stream = await _toAlice.StreamMessagesAsync(Token);
        await _toBob.SendAsync("after", Token);
        await _toAlice.SendAsync("my own", Token);
        Assert.Equal(["after", "my own"], Texts(await stream.NextAsync(2)));
        Assert.Equal(ConnectionState.Connected, stream.State);
    }

    [Fact]
    public async Task StreamMessagesAsync_NodeDeliversTwice_BringsEachOnce()
    {
        _bob.Transport.Copies = 3;
        await using var stream = await _toAlice.StreamMessagesAsync(Token);
        for (var i = 0; i < 5; i++) await _toBob.SendAsync($"{i}", Token);
        Assert.Equal(["0", "1", "2", "3", "4"], Texts(await stream.NextAsync(5)));
        await AssertSilentAsync(stream);
    }

    [Fact]
    public async Task StreamMessagesAsync_Garbage_IsReportedAndDoesNotEndTheStream()
    {
        await using var stream = await _toAlice.StreamMessagesAsync(Token);
        _network.Publish(_toBob.Topic, 1, "garbage"u8);
        await _toBob.SendAsync("good", Token);
        Assert.Equal(["good"], Texts(await stream.NextAsync(1)));
        Assert.Equal(DropReason.Malformed, Assert.Single(_bob.Dropped.All).Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StreamMessagesAsync_ConnectionLost_FetchesTheGapAndTellsAboutIt(bool withFailure)
    {
        await using var stream = await _toAlice.StreamMessagesAsync(Token);
        var states = new List<(ConnectionState State, bool Failed)>();
        stream.ConnectionChanged += (_, change) => states.Add((change.State, change.Error is not null));
        await _toBob.SendAsync("one", Token);
        Assert.Equal(["one"], Texts(await stream.NextAsync(1)));

        var back = new TaskCompletionSource();
        _bob.Transport.OnCall = (call, _) => call == "Subscribe" ? back.Task : Task.CompletedTask;
        _bob.Transport.LoseConnections(withFailure ? new NodeException(ErrorCatalogue.Unavailable, "stopping") : null);
        await Eventually.TrueAsync(() => stream.State == ConnectionState.Reconnecting, "the stream notices");
        await _toBob.SendAsync("two", Token);
        await _toBob.SendAsync("three", Token);
        back.SetResult();
        var next = stream.NextAsync(2);
        Assert.Equal(["two", "three"], Texts(await _clock.RunAsync(next)));
        await _clock.RunAsync(Eventually.TrueAsync(() => stream.State == ConnectionState.Connected, "the stream is live again"));
        await _toBob.SendAsync("four", Token);
        Assert.Equal(["four"], Texts(await stream.NextAsync(1)));
        Assert.Equal([(ConnectionState.Reconnecting, withFailure), (ConnectionState.CatchingUp, false), (ConnectionState.Connected, false)], states);
    }

    [Fact]
    public async Task StreamMessagesAsync_ReconnectFailsForLong_GoesOnTryingLessAndLessOften()
    {
        await using var stream = await _toAlice.StreamMessagesAsync(Token);
        var down = true;
        _bob.Transport.OnCall = (call, _) => down && call == "Subscribe" ? throw new NodeException(ErrorCatalogue.Unavailable, "down") : Task.CompletedTask;
        var before = _bob.Transport.Calls.Count;
        _bob.Transport.LoseConnections();
        await _clock.RunAsync(Eventually.TrueAsync(() => _bob.Transport.Calls.Count > before + 20, "it tries again and again"), TimeSpan.FromMilliseconds(5));
        await _toBob.SendAsync("waited", Token);
        down = false;
        Assert.Equal(["waited"], Texts(await _clock.RunAsync(stream.NextAsync(1))));
    }

    [Fact]
    public async Task StreamMessagesAsync_FailureWhileCatchingUp_BeginsAgainAndMissesNothing()
    {
        await using var stream = await _toAlice.StreamMessagesAsync(Token);
        _bob.Transport.FailNext("Query", Enumerable.Range(0, 8).Select(static _ => new NodeException(ErrorCatalogue.Unavailable, "down")));
        _bob.Transport.LoseConnections();
        await _toBob.SendAsync("in the gap", Token);
        Assert.Equal(["in the gap"], Texts(await _clock.RunAsync(stream.NextAsync(1))));
    }

    [Fact]
    public async Task StreamMessagesAsync_SenderWithASlowClock_IsFoundInTheGap()
    {
        await using var stream = await _toAlice.StreamMessagesAsync(Token);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await _toBob.SendAsync("on time", Token);
        Assert.Equal(["on time"], Texts(await stream.NextAsync(1)));
        _bob.Transport.LoseConnections();
        await _toBob.SendAsync("slow", new SendOptions { Timestamp = _clock.GetUtcNow().AddSeconds(-9) }, Token);
        Assert.Equal(["slow"], Texts(await _clock.RunAsync(stream.NextAsync(1))));
    }

    [Fact]
    public async Task StreamMessagesAsync_ConnectionLostRightAfterOpening_RepeatsNothingOlderAndFindsSlowClocks()
    {
        await _toBob.SendAsync("before", Token);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await using var stream = await _toAlice.StreamMessagesAsync(Token);
        _bob.Transport.LoseConnections();
        await _toBob.SendAsync("slow", new SendOptions { Timestamp = _clock.GetUtcNow().AddSeconds(-5) }, Token);
        await _toBob.SendAsync("on time", Token);
        Assert.Equal(["slow", "on time"], Texts(await _clock.RunAsync(stream.NextAsync(2))));
    }

    [Fact]
    public async Task StreamMessagesAsync_ConnectionDiesSilently_IsMadeAnewAndMissesNothing()
    {
        _bob.Transport.NoticesLoss = false;
        await using var stream = await _toAlice.StreamMessagesAsync(Token);
        _clock.Advance(TimeSpan.FromSeconds(5));
        _bob.Transport.LoseConnections();
        await _toBob.SendAsync("into the void", Token);
        Assert.Equal(["into the void"], Texts(await _clock.RunAsync(stream.NextAsync(1), TimeSpan.FromSeconds(5))));
    }

    [Fact]
    public async Task StreamMessagesAsync_SenderWithAFastClock_HidesNobodyElse()
    {
        await using var stream = await _toAlice.StreamMessagesAsync(Token);
        await _toBob.SendAsync("from next year", new SendOptions { Timestamp = _clock.GetUtcNow().AddYears(1) }, Token);
        Assert.Equal(["from next year"], Texts(await stream.NextAsync(1)));
        _bob.Transport.LoseConnections();
        await _toBob.SendAsync("from now", Token);
        Assert.Equal(["from now"], Texts(await _clock.RunAsync(stream.NextAsync(1))));
    }

    [Fact]
    public async Task StreamMessagesAsync_NodeConfirmsTooEarly_IsReadOnceMore()
    {
        await using var stream = await _toAlice.StreamMessagesAsync(Token);
        var prepared = await _toBob.PrepareAsync("slipped through", cancellationToken: Token);
        _network.StoreSilently(Assert.Single(prepared.Envelopes));
        Assert.Equal(["slipped through"], Texts(await _clock.RunAsync(stream.NextAsync(1), TimeSpan.FromMilliseconds(500))));
    }

    [Fact]
    public async Task StreamMessagesAsync_SlowReader_HoldsLittleAndLosesNothing()
    {
        const int Count = 300;
        await using var carol = await TestAccount.StartAsync(_network, _clock, _bob.Wallet, static options => options with { StreamBufferSize = 4 });
        carol.Transport.SubscriptionBufferMax = 8;
        var conversation = (await carol.Client.Conversations.ListAsync(cancellationToken: Token)).Single();
        await using var stream = await conversation.StreamMessagesAsync(Token);
        for (var i = 0; i < Count; i++) await _toBob.SendAsync($"{i}", Token);
        var messages = await _clock.RunAsync(stream.NextAsync(Count));
        Assert.Equal(Enumerable.Range(0, Count).Select(static i => $"{i}"), Texts(messages).OrderBy(static text => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task DisposeAsync_ItemsBuffered_DeliversThemAndEnds()
    {
        var stream = await _toAlice.StreamMessagesAsync(Token);
        await _toBob.SendAsync("one", Token);
        await _toBob.SendAsync("two", Token);
        Assert.Equal(["one"], Texts(await stream.NextAsync(1)));
        await _toBob.SendAsync("three", Token);
        Assert.Equal(["two"], Texts(await stream.NextAsync(1)));
        await stream.DisposeAsync();
        await stream.DisposeAsync();
        Assert.All(await stream.ToListAsync(Token), static message => Assert.Equal("three", message.Content));
        Assert.Equal(ConnectionState.Closed, stream.State);
        Assert.Empty(_bob.Transport.Subscriptions);
    }

    [Fact]
    public async Task Cancel_WhileReading_EndsTheStreamAtOnce()
    {
        using var cancel = new CancellationTokenSource();
        await using var stream = await _toAlice.StreamMessagesAsync(cancel.Token);
        var reading = stream.ToListAsync(Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await Eventually.TrueAsync(() => _bob.Transport.Subscriptions.IsEmpty, "the subscription is given back");
    }

    [Fact]
    public async Task Cancel_WhileReconnecting_EndsTheStreamAtOnce()
    {
        using var cancel = new CancellationTokenSource();
        await using var stream = await _toAlice.StreamMessagesAsync(cancel.Token);
        _bob.Transport.OnCall = static (call, _) => call == "Subscribe" ? throw new NodeException(ErrorCatalogue.Unavailable, "down") : Task.CompletedTask;
        _bob.Transport.LoseConnections();
        await Eventually.TrueAsync(() => stream.State == ConnectionState.Reconnecting, "the stream notices");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.ToListAsync(Token).AsTask());
        await Eventually.TrueAsync(() => stream.State == ConnectionState.Closed, "the stream is over");
    }

    [Fact]
    public async Task ClientDispose_StreamOpen_EndsIt()
    {
        var stream = await _toAlice.StreamMessagesAsync(Token);
        await _bob.DisposeAsync();
        Assert.Empty(await stream.ToListAsync(Token));
    }

    [Fact]
    public async Task StreamMessagesAsync_NodeDown_FailsInsteadOfGivingADeadStream()
    {
        _bob.Transport.OnCall = static (_, _) => throw new NodeException(ErrorCatalogue.TopicRestricted, "no");
        await Assert.ThrowsAsync<NodeException>(() => _toAlice.StreamMessagesAsync(Token));
    }

    [Fact]
    public async Task ConnectionChanged_HandlerThrows_DoesNotHurtTheStream()
    {
        await using var stream = await _toAlice.StreamMessagesAsync(Token);
        stream.ConnectionChanged += static (_, _) => throw new InvalidOperationException("the application's defect");
        _bob.Transport.LoseConnections();
        await _toBob.SendAsync("all the same", Token);
        Assert.Equal(["all the same"], Texts(await _clock.RunAsync(stream.NextAsync(1))));
    }

    private static IEnumerable<string> Texts(IEnumerable<DecodedMessage> messages) => messages.Select(static message => (string)message.Content!);

    private async Task AssertSilentAsync(LiveStream<DecodedMessage> stream)
    {
        // A marker that comes next proves that nothing stood before it.
        await _toBob.SendAsync("marker", Token);
        Assert.Equal(["marker"], Texts(await stream.NextAsync(1)));
    }
}
