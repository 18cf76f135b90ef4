using Xmtp.Client.Conversations;
using Xmtp.Client.Inboxes;
using Xmtp.Client.Storage;
using Xmtp.Client.Tests.Storage;
using Xmtp.Client.Transport;
using Xmtp.Identity;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.EndToEnd;

public sealed class InboxEndToEndTests : IAsyncLifetime
{
    private readonly StoreFiles _files = new();
    private readonly StoreKey _key = StoreKey.Generate();
    private readonly PrivateKeyWallet _wallet = PrivateKeyWallet.Generate();
    private TestNode _node = null!;
    private Uri _address = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _node = await TestNode.StartAsync(cancellationToken: Token);
        _address = _node.GrpcAddress;
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _wallet.Dispose();
        _key.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task SyncAsync_RestartedAtANodeWithPositions_FetchesWhatIsNewByTheStreamAlone()
    {
        await using var alice = await NodeFixture.ClientAsync(_node, TransportKind.Grpc);
        await OnceAsync(async (bob, _) =>
        {
            var sent = await alice.Conversations.NewConversationAsync(bob.Address, cancellationToken: Token);
            for (var i = 0; i < 120; i++) await sent.SendAsync($"{i}", Token);
            await bob.Inbox.SyncAsync(Token);

            // A position covers a topic once its history was read once more beside the stream, and the next mark has come.
            await Eventually.TrueAsync(() => IsCoveredAsync(bob), "the position covers all");
        });
        var conversation = (await alice.Conversations.ListAsync(cancellationToken: Token))[0];
        for (var i = 120; i < 130; i++) await conversation.SendAsync($"{i}", Token);

        await OnceAsync(async (bob, transport) =>
        {
            Assert.Equal(120, Assert.Single(bob.Inbox.List()).Messages);
            await bob.Inbox.StartAsync(Token);
            await Eventually.TrueAsync(() => bob.Inbox.List()[0].Messages == 130, "what is new arrives");
            Assert.Equal(10, transport.Streamed);
            Assert.Equal(0, transport.Queried);
            Assert.Equal(Enumerable.Range(0, 130).Select(static i => $"{i}"), await TextsAsync(bob, bob.Inbox.List()[0].Conversation));
        });
    }

    [Fact]
    public async Task SendAsync_NodeStoppedAndStarted_IsDeliveredOnceAndTheInboxIsLiveAgain()
    {
        await using var alice = await NodeFixture.ClientAsync(_node, TransportKind.Grpc);
        await OnceAsync(async (bob, _) =>
        {
            var conversation = await bob.Conversations.NewConversationAsync(alice.Address, cancellationToken: Token);
            await bob.Inbox.SyncAsync(Token);
            await _node.StopAtOnceAsync();
            await Eventually.TrueAsync(() => bob.Inbox.State.Phase == InboxPhase.Offline, "it is offline");
            for (var i = 0; i < 3; i++) await bob.Inbox.SendAsync(conversation, $"{i}", cancellationToken: Token);
        });
        await OnceAsync(async (bob, _) =>
        {
            await bob.Inbox.StartAsync(Token);
            await _node.StartAgainAsync(Token);
            await Eventually.TrueAsync(() => bob.Inbox.State is { Unsent: 0, Phase: InboxPhase.Live }, "all is sent");
            var theirs = Assert.Single(await alice.Conversations.ListAsync(cancellationToken: Token));
            var texts = new List<object?>();
            await foreach (var message in theirs.ListMessagesAsync(cancellationToken: Token)) texts.Add(message.Content);
            Assert.Equal(["0", "1", "2"], texts);
            Assert.Equal(["0", "1", "2"], await TextsAsync(bob, bob.Inbox.List()[0].Conversation));
        });
    }

    /// <summary>Runs the application once, from start to end.</summary>
    private async Task OnceAsync(Func<XmtpClient, CountingTransport, Task> run)
    {
        await using var store = await _files.OpenAsync();
        await using var transport = new CountingTransport(_address);
        var options = new XmtpClientOptions { CustomTransport = transport, Store = store, StoreKey = _key };
        await using var client = await XmtpClient.CreateAsync(_wallet, options, Token);
        await run(client, transport);
    }

    private static async Task<bool> IsCoveredAsync(XmtpClient client)
    {
        var position = await client.Inbox.PositionAsync(Token);
        return position is { Uncovered.Count: 0, ThroughOrdinal: 1 };
    }

    private static async Task<List<string>> TextsAsync(XmtpClient client, Conversation conversation)
    {
        var texts = new List<string>();
        await foreach (var message in client.Inbox.ReadMessagesAsync(conversation, cancellationToken: Token)) texts.Add((string)message.Message.Content!);
        return texts;
    }
}
