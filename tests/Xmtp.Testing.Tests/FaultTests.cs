using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;

namespace Xmtp.Testing.Tests;

/// <summary>What a test does to the calls of its clients.</summary>
public sealed class FaultTests
{
    private static CancellationToken Token => StreamReading.Token;

    [Fact]
    public async Task LostAnswer_OfAMessage_DoesNotDoubleIt()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var pair = await Pair.CreateAsync(network);
        await using var inbox = await pair.Bola.Conversations.StreamAllMessagesAsync(Token);
        var before = network.PublishedEnvelopes.Count;

        network.Faults.LoseNextAnswers();
        var sending = pair.ToBola.SendAsync("once", Token);
        await network.RunAsync(sending, cancellationToken: Token);
        await pair.ToBola.SendAsync("and one more", Token);

        // It was published twice and is there once.
        Assert.Equal(3, network.PublishedEnvelopes.Count - before);
        Assert.Equal(["once", "and one more"], await pair.ToBola.TextsAsync());
        Assert.Equal(["once", "and one more"], await inbox.NextTextsNowAsync(2));
        Assert.Equal(0, network.Faults.PlannedCount);
    }

    [Fact]
    public async Task Retries_OfACallThatFails_WaitForTheClockAlone()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var pair = await Pair.CreateAsync(network);
        var (started, before) = (TimeProvider.System.GetTimestamp(), network.Clock.GetUtcNow());
        network.Faults.FailNext(NetworkCall.Publish, count: 3);
        network.Faults.RateLimitNext(NetworkCall.Publish, TimeSpan.FromSeconds(50), count: 2);

        var sending = pair.ToBola.SendAsync("at last", Token);
        // Without the clock it waits, however long one looks.
        Assert.False(sending.IsCompleted);
        await network.RunAsync(sending, cancellationToken: Token);

        Assert.True(network.Clock.GetUtcNow() - before > TimeSpan.FromSeconds(100));
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "a minute and a half was waited for");
        Assert.Equal(["at last"], await pair.ToBola.TextsAsync());
    }

    [Fact]
    public async Task Offline_PublishThatIsNotRepeated_FailsAsUnavailable()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        using var wallet = network.CreateWallet();
        await using var impatient = await Client.XmtpClient.CreateAsync(wallet, network.CreateOptions() with { Retry = RetryPolicy.None }, Token);
        var peer = await network.CreateClientAsync(Token);
        var conversation = await impatient.Conversations.NewConversationAsync(peer.Address, cancellationToken: Token);
        var before = network.PublishedEnvelopes.Count;
        network.Faults.GoOffline();

        var failure = await Assert.ThrowsAsync<NodeException>(() => conversation.SendAsync("lost", Token));

        Assert.Equal((ErrorCatalogue.Unavailable, true), (failure.Code, failure.IsRetryable));
        Assert.Equal(before, network.PublishedEnvelopes.Count);
        network.Faults.GoOnline();
        await conversation.SendAsync("found", Token);
        Assert.Equal(["found"], await conversation.TextsAsync());
    }

    [Fact]
    public async Task Offline_UntilTheRetriesEnd_RefusesWithTheCataloguesError()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var pair = await Pair.CreateAsync(network);
        network.Faults.GoOffline();

        var sending = pair.ToBola.SendAsync("lost", Token);
        var failure = await Assert.ThrowsAsync<NodeException>(() => network.RunAsync(sending, cancellationToken: Token));

        Assert.Equal(ErrorCatalogue.Unavailable, failure.Code);
        Assert.Contains("errors.md#xmtp3001", failure.HelpLink, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FailNext_OfACodeThatDoesNotPass_FailsAtOnce()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var pair = await Pair.CreateAsync(network);
        await pair.ToBola.SendAsync("yes", Token);

        network.Faults.FailNext(NetworkCall.Publish, code: ErrorCatalogue.WalletDenied);
        Assert.Equal(ErrorCatalogue.WalletDenied, (await Assert.ThrowsAsync<NodeException>(() => pair.ToBola.SendAsync("no", Token))).Code);
        network.Faults.FailNext(NetworkCall.Query, code: ErrorCatalogue.CursorInvalid);
        Assert.Equal(ErrorCatalogue.CursorInvalid, (await Assert.ThrowsAsync<NodeException>(pair.ToBola.TextsAsync)).Code);
        Assert.Equal(["yes"], await pair.ToBola.TextsAsync());
    }

    [Fact]
    public async Task FaultsOf_OneClient_LeaveTheOthersAlone()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var pair = await Pair.CreateAsync(network);
        network.FaultsOf(pair.Bola).GoOffline();
        network.FaultsOf(pair.Bola).FailNext(NetworkCall.Query, code: ErrorCatalogue.WalletDenied);

        await pair.ToBola.SendAsync("while you were out", Token);
        network.FaultsOf(pair.Bola).Clear();

        Assert.Equal(["while you were out"], await Assert.Single(await pair.Bola.Conversations.ListAsync(cancellationToken: Token)).TextsAsync());
    }

    [Fact]
    public async Task Delay_LongerThanTheTimeLimit_FailsAsDeadlineExceeded()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        using var wallet = network.CreateWallet();
        var options = network.CreateOptions() with { Retry = RetryPolicy.None, RequestTimeout = TimeSpan.FromSeconds(5) };
        await using var client = await Client.XmtpClient.CreateAsync(wallet, options, Token);
        var faults = network.FaultsOf(options);

        faults.Delay = TimeSpan.FromSeconds(3);
        var asking = client.CanMessageAsync(wallet.Address, Token);
        Assert.True(await network.RunAsync(asking, cancellationToken: Token));
        faults.Delay = TimeSpan.FromSeconds(30);
        client.ForgetContact(wallet.Address);
        asking = client.CanMessageAsync(wallet.Address, Token);
        var failure = await Assert.ThrowsAsync<NodeException>(() => network.RunAsync(asking, cancellationToken: Token));

        Assert.Equal(ErrorCatalogue.DeadlineExceeded, failure.Code);
    }

    [Fact]
    public async Task Publish_BeyondTheBound_IsRefusedForGood()
    {
        await using var network = await TestNetwork.StartAsync(new TestNetworkOptions { EnvelopesMax = 20 }, Token);
        var pair = await Pair.CreateAsync(network);

        var failure = await Assert.ThrowsAsync<NodeException>(async () =>
        {
            for (var i = 0; i < 20; i++) await pair.ToBola.SendAsync($"{i}", Token);
        });

        Assert.Equal((ErrorCatalogue.StoreUnusable, false), (failure.Code, failure.IsRetryable));
        Assert.Contains("EnvelopesMax", failure.Message, StringComparison.Ordinal);
        Assert.Equal(20, network.PublishedEnvelopes.Count);
    }

    [Fact]
    public async Task Acknowledgement_OfNodesThatAreNotThere_IsNotReached()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        using var wallet = network.CreateWallet();
        var creating = Client.XmtpClient.CreateAsync(wallet, network.CreateOptions() with { Acknowledgement = AckLevel.Peers(1) }, Token);

        var failure = await Assert.ThrowsAsync<NodeException>(() => network.RunAsync(creating, cancellationToken: Token));

        Assert.Equal((ErrorCatalogue.AcknowledgementNotReached, AckLevel.Local), (failure.Code, failure.Reached));
    }

    [Fact]
    public async Task FaultsOf_AClientOfAnotherNetwork_IsRefused()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        await using var other = await TestNetwork.StartAsync(cancellationToken: Token);
        var stranger = await other.CreateClientAsync(Token);

        Assert.Throws<ArgumentException>(() => network.FaultsOf(stranger));
        Assert.Throws<ArgumentException>(() => network.FaultsOf(other.CreateOptions()));
        Assert.Throws<ArgumentException>(() => network.FaultsOf(new Client.XmtpClientOptions()));
    }
}
