using System.Globalization;
using Xmtp.Client.Conversations;
using Xmtp.Client.Streams;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.EndToEnd;

public sealed class StreamEndToEndTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TransportKind.Grpc)]
    [InlineData(TransportKind.GrpcWeb)]
    public async Task StreamMessagesAsync_CallReturned_BringsWhatIsSentRightAfter(TransportKind kind)
    {
        await using var alice = await node.ClientAsync(kind);
        await using var bob = await node.ClientAsync(kind);
        var mine = await alice.Conversations.NewConversationAsync(bob.Address, cancellationToken: Token);
        var theirs = Assert.Single(await bob.Conversations.ListAsync(cancellationToken: Token));
        for (var i = 0; i < 10; i++)
        {
            await using var stream = await theirs.StreamMessagesAsync(Token);
            await using var live = await theirs.StreamEphemeralMessagesAsync(Token);
            var text = i.ToString(CultureInfo.InvariantCulture);
            await mine.SendAsync(text, Token);
            await mine.SendAsync(text, new SendOptions { Ephemeral = true }, Token);
            Assert.Equal(text, Assert.Single(await stream.NextAsync(1)).Content);

            // Nothing could fetch this one later: it arrives because the stream was live.
            Assert.Equal(text, Assert.Single(await live.NextAsync(1)).Content);
        }
    }

    [Theory]
    [InlineData(TransportKind.Grpc)]
    [InlineData(TransportKind.GrpcWeb)]
    public async Task StreamAllMessagesAsync_ConversationsBeginMeanwhile_BringsEveryMessageOnce(TransportKind kind)
    {
        const int Peers = 4;
        const int Messages = 10;
        await using var bob = await node.ClientAsync(kind);
        await using var stream = await bob.Conversations.StreamAllMessagesAsync(Token);
        var sending = Task.WhenAll(Enumerable.Range(0, Peers).Select(async _ =>
        {
            await using var peer = await node.ClientAsync(kind);
            var conversation = await peer.Conversations.NewConversationAsync(bob.Address, cancellationToken: Token);
            for (var i = 0; i < Messages; i++) await conversation.SendAsync($"{i}", Token);
        }));
        var messages = await stream.NextAsync(Peers * Messages);
        await sending;
        Assert.Equal(Peers * Messages, messages.Select(static message => message.Id).Distinct().Count());
        Assert.All(messages.GroupBy(static message => message.Conversation), static conversation => Assert.Equal(Messages, conversation.Count()));
    }

    [Theory]
    [InlineData(TransportKind.Grpc, true)]
    [InlineData(TransportKind.Grpc, false)]
    [InlineData(TransportKind.GrpcWeb, true)]
    [InlineData(TransportKind.GrpcWeb, false)]
    public async Task StreamAllMessagesAsync_NodeRestarts_GoesOnWithoutLossOrRepeat(TransportKind kind, bool inGoodOrder)
    {
        await using var restarting = await TestNode.StartAsync(cancellationToken: Token);
        await using var alice = await NodeFixture.ClientAsync(restarting, kind);
        await using var bob = await NodeFixture.ClientAsync(restarting, kind);
        var mine = await alice.Conversations.NewConversationAsync(bob.Address, cancellationToken: Token);
        await using var stream = await bob.Conversations.StreamAllMessagesAsync(Token);
        var states = new List<ConnectionState>();
        stream.ConnectionChanged += (_, change) => states.Add(change.State);
        await mine.SendAsync("before", Token);
        Assert.Equal("before", Assert.Single(await stream.NextAsync(1)).Content);

        await (inGoodOrder ? restarting.StopAsync(Token) : restarting.StopAtOnceAsync());
        await Eventually.TrueAsync(() => stream.State == ConnectionState.Reconnecting, "the stream notices");
        await restarting.StartAgainAsync(Token);
        await mine.SendAsync("during", Token);
        Assert.Equal("during", Assert.Single(await stream.NextAsync(1)).Content);
        await Eventually.TrueAsync(() => stream.State == ConnectionState.Connected, "the stream is live again");
        await mine.SendAsync("after", Token);
        Assert.Equal("after", Assert.Single(await stream.NextAsync(1)).Content);
        Assert.Contains(ConnectionState.CatchingUp, states);
    }

    [Fact]
    public async Task StreamMessagesAsync_ReaderTakesNothingForAWhile_LosesNothing()
    {
        // Far more than the buffers of client, connection and node hold together.
        const int Messages = 60;
        await using var alice = await node.ClientAsync(TransportKind.Grpc);
        await using var bob = await node.ClientAsync(TransportKind.Grpc, configure: static options => options with { StreamBufferSize = 2 });
        var mine = await alice.Conversations.NewConversationAsync(bob.Address, cancellationToken: Token);
        var theirs = Assert.Single(await bob.Conversations.ListAsync(cancellationToken: Token));
        await using var stream = await theirs.StreamMessagesAsync(Token);
        var filler = new string('x', 100_000);
        for (var i = 0; i < Messages; i++) await mine.SendAsync($"{i:000}{filler}", Token);
        var messages = await stream.NextAsync(Messages);
        Assert.Equal(Enumerable.Range(0, Messages), messages.Select(static message => int.Parse(((string)message.Content!)[..3], CultureInfo.InvariantCulture)).Order());
    }
}
