using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Tests.Conversations;

public sealed class AcknowledgementTests : IAsyncLifetime
{
    private readonly FakeNetwork _network = new();
    private TestAccount _alice = null!;
    private TestAccount _bob = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bob = await TestAccount.StartAsync(_network);
        _alice = await TestAccount.StartAsync(_network);
    }

    public async ValueTask DisposeAsync()
    {
        await _alice.DisposeAsync();
        await _bob.DisposeAsync();
    }

    [Fact]
    public async Task SendAsync_LevelAsked_TellsWhatWasReached()
    {
        await using var careful = await CarefulAsync(static asked => AckLevel.Peers(asked.PeerCount + 1));
        var conversation = await careful.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
        var sent = await conversation.SendAsync("gm", Token);
        Assert.Equal(AckLevel.Peers(3), sent.Acknowledgement);
        Assert.All(careful.Transport.AskedLevels, static level => Assert.Equal(AckLevel.Peers(2), level));
        var listed = await conversation.ListMessagesAsync(cancellationToken: Token).SingleAsync(Token);
        Assert.Equal((sent.Id, null), (listed.Id, listed.Acknowledgement));
    }

    [Fact]
    public async Task SendAsync_LevelNotReached_FailsThoughTheMessageIsSentAndMayBeSentAgain()
    {
        await using var careful = await CarefulAsync(static asked => asked);
        var conversation = await careful.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
        var prepared = await conversation.PrepareAsync("gm", cancellationToken: Token);
        careful.Transport.OnAcknowledge = static _ => throw new NodeException(ErrorCatalogue.AcknowledgementNotReached, "alone") { Reached = AckLevel.Local };
        var failure = await Assert.ThrowsAsync<NodeException>(() => prepared.SendAsync(Token));
        Assert.Equal(AckLevel.Local, failure.Reached);
        careful.Transport.OnAcknowledge = static asked => asked;
        Assert.Equal(AckLevel.Peers(2), (await prepared.SendAsync(Token)).Acknowledgement);
        Assert.Single(await conversation.ListMessagesAsync(cancellationToken: Token).ToListAsync(Token));
    }

    [Fact]
    public async Task SendAsync_DefaultLevel_DoesNotMindANodeThatSaysNothing()
    {
        var conversation = await _alice.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
        Assert.Null((await conversation.SendAsync("gm", Token)).Acknowledgement);
    }

    private async Task<TestAccount> CarefulAsync(Func<AckLevel, AckLevel?> acknowledge)
    {
        // The account exists already, so that the start publishes nothing.
        var careful = await TestAccount.StartAsync(_network, wallet: _alice.Wallet, configure: static options => options with { Acknowledgement = AckLevel.Peers(2) });
        careful.Transport.OnAcknowledge = acknowledge;
        return careful;
    }
}
