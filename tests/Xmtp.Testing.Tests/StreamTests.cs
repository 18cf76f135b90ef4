using Xmtp.Client.Streams;
using Xmtp.Protocol.Errors;

namespace Xmtp.Testing.Tests;

/// <summary>Streams of clients whose subscriptions are lost.</summary>
public sealed class StreamTests
{
    private static CancellationToken Token => StreamReading.Token;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Stream_WhoseSubscriptionIsDropped_HasNoGapAndNoRepeat(int seed)
    {
        await using var network = await TestNetwork.StartAsync(new TestNetworkOptions { Seed = seed }, Token);
        var pair = await Pair.CreateAsync(network);
        await using var inbox = await pair.Bola.Conversations.StreamAllMessagesAsync(Token);
        var reading = inbox.NextTextsAsync(100);

        var sent = new List<string>();
        for (var i = 0; i < 100; i++)
        {
            if (i % 10 == seed) Assert.InRange(network.Faults.DropSubscriptions(), 0, 1);
            sent.Add($"{i}");
            var sending = pair.ToBola.SendAsync(sent[^1], Token);
            await network.RunAsync(sending, cancellationToken: Token);
            if (i % 15 == 0) network.Clock.Advance(TimeSpan.FromSeconds(12));
        }

        Assert.Equal(sent, await network.RunAsync(reading, cancellationToken: Token));
        var last = inbox.NextTextsAsync(1);
        await pair.ToBola.SendAsync("last", Token);
        Assert.Equal(["last"], await network.RunAsync(last, cancellationToken: Token));
    }

    [Fact]
    public async Task Stream_ThatWasToldAPosition_GoesOnFromThereWithoutAQuery()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var pair = await Pair.CreateAsync(network);
        await pair.Bola.Conversations.ListAsync(cancellationToken: Token);
        await using var inbox = await pair.Bola.Conversations.StreamAllMessagesAsync(Token);
        await pair.ToBola.SendAsync("before", Token);
        Assert.Equal(["before"], await inbox.NextTextsNowAsync(1));

        // Its topics settle, and the node tells it where it stands.
        var faults = network.FaultsOf(pair.Bola);
        for (var i = 0; i < 5; i++)
        {
            network.Clock.Advance(TimeSpan.FromSeconds(6));
            await pair.ToBola.SendAsync("tick", Token);
            Assert.Equal(["tick"], await inbox.NextTextsNowAsync(1));
        }

        faults.GoOffline();
        await pair.ToBola.SendAsync("meanwhile", Token);
        faults.FailNext(NetworkCall.Query, count: 1000, code: ErrorCatalogue.WalletDenied);
        faults.GoOnline();

        var next = inbox.NextTextsAsync(1);
        Assert.Equal(["meanwhile"], await network.RunAsync(next, step: TimeSpan.FromMilliseconds(50), cancellationToken: Token));
        Assert.Equal(1000, faults.PlannedCount);
    }

    [Fact]
    public async Task Stream_WhileOffline_SaysSoAndComesBack()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var pair = await Pair.CreateAsync(network);
        await using var inbox = await pair.Bola.Conversations.StreamAllMessagesAsync(Token);
        network.FaultsOf(pair.Bola).GoOffline();
        await network.RunUntilAsync(() => inbox.State == ConnectionState.Reconnecting, cancellationToken: Token);
        Assert.Equal(0, network.OpenSubscriptions);

        await pair.ToBola.SendAsync("one", Token);
        network.Clock.Advance(TimeSpan.FromHours(2));
        await pair.ToBola.SendAsync("two", Token);
        network.FaultsOf(pair.Bola).GoOnline();
        await network.RunUntilAsync(() => inbox.State == ConnectionState.Connected, cancellationToken: Token);

        Assert.Equal(["one", "two"], await inbox.NextTextsNowAsync(2));
        Assert.Equal(1, network.OpenSubscriptions);
    }

    [Fact]
    public async Task Subscribe_ThatFails_IsRepeatedOnTheClock()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var pair = await Pair.CreateAsync(network);
        network.Faults.FailNext(NetworkCall.Subscribe, count: 2);

        var opening = pair.Bola.Conversations.StreamAllMessagesAsync(Token);
        Assert.False(opening.IsCompleted);
        await using var inbox = await network.RunAsync(opening, cancellationToken: Token);
        await pair.ToBola.SendAsync("live", Token);

        Assert.Equal(["live"], await inbox.NextTextsNowAsync(1));
    }
}
