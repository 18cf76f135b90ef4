using System.Globalization;
using Xmtp.Client.Conversations;
using Xmtp.Client.Messages;
using Xmtp.Client.Transport;
using Xmtp.Identity;

namespace Xmtp.Client.Tests.EndToEnd;

public sealed class ConversationEndToEndTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TransportKind.Grpc)]
    [InlineData(TransportKind.GrpcWeb)]
    public async Task TwoAccounts_V2_WriteAndReadEachOther(TransportKind kind)
    {
        await using var alice = await node.ClientAsync(kind);
        await using var bob = await node.ClientAsync(kind);
        var mine = await alice.Conversations.NewConversationAsync(bob.Address, new NewConversationOptions { ConversationId = "example.com/x" }, Token);
        await mine.SendAsync("hello", Token);
        var theirs = Assert.Single(await bob.Conversations.ListAsync(cancellationToken: Token));
        Assert.Equal((alice.Address, "example.com/x", mine.CreatedNs), (theirs.Peer, theirs.ConversationId, theirs.CreatedNs));
        await theirs.SendAsync("hello yourself", Token);
        Assert.Equal(["hello", "hello yourself"], await TextsAsync(mine));
        Assert.Equal(["hello", "hello yourself"], await TextsAsync(theirs));
    }

    [Theory]
    [InlineData(TransportKind.Grpc)]
    [InlineData(TransportKind.GrpcWeb)]
    public async Task TwoAccounts_V1_WriteAndReadEachOther(TransportKind kind)
    {
        var wallet = PrivateKeyWallet.Generate();
        await using var alice = await node.ClientAsync(kind);
        await using var bob = await node.ClientAsync(kind, wallet, static options => options with { PublishContact = false });
        await LegacyContact.PublishAsync(node.Node, bob, Token);
        var mine = await alice.Conversations.NewConversationAsync(bob.Address, cancellationToken: Token);
        Assert.Equal(MessageVersion.V1, mine.Version);
        var first = await mine.SendAsync("hello", Token);
        var theirs = Assert.Single(await bob.Conversations.ListAsync(cancellationToken: Token));
        Assert.Equal((MessageVersion.V1, first.SentNs), (theirs.Version, theirs.CreatedNs));
        await theirs.SendAsync("hello yourself", new SendOptions { Timestamp = first.Sent.AddMilliseconds(1) }, Token);
        Assert.Equal(["hello", "hello yourself"], await TextsAsync(mine));
    }

    [Theory]
    [InlineData(TransportKind.Grpc)]
    [InlineData(TransportKind.GrpcWeb)]
    public async Task ListMessagesAsync_ManyPages_ComeWholeInBothDirections(TransportKind kind)
    {
        await using var alice = await node.ClientAsync(kind);
        await using var bob = await node.ClientAsync(kind);
        var mine = await alice.Conversations.NewConversationAsync(bob.Address, cancellationToken: Token);
        string[] texts = [.. Enumerable.Range(0, 230).Select(static i => i.ToString(CultureInfo.InvariantCulture))];
        foreach (var text in texts) await mine.SendAsync(text, Token);
        var theirs = Assert.Single(await bob.Conversations.ListAsync(cancellationToken: Token));
        Assert.Equal(texts, await TextsAsync(theirs));
        Assert.Equal(texts.Reverse(), await TextsAsync(theirs, new ListMessagesOptions { NewestFirst = true, PageSize = 23 }));
    }

    [Fact]
    public async Task CreateAsync_SameWalletOverAnotherWire_IsTheSameAccount()
    {
        var wallet = PrivateKeyWallet.Generate();
        await using var phone = await node.ClientAsync(TransportKind.Grpc, wallet);
        await using var browser = await node.ClientAsync(TransportKind.GrpcWeb, wallet);
        Assert.Equal(phone.ExportKeys(), browser.ExportKeys());
        await using var peer = await node.ClientAsync(TransportKind.Grpc);
        var conversation = await phone.Conversations.NewConversationAsync(peer.Address, cancellationToken: Token);
        await conversation.SendAsync("from the phone", Token);
        Assert.Equal(["from the phone"], await TextsAsync(Assert.Single(await browser.Conversations.ListAsync(cancellationToken: Token))));
    }

    [Fact]
    public async Task NewConversationAsync_ManyPairsAtOnce_AllSucceed()
    {
        var clients = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => node.ClientAsync(TransportKind.Grpc)));
        var pairs = from me in clients from peer in clients where me != peer select (me, peer);
        await Task.WhenAll(pairs.Select(static async pair =>
        {
            var conversation = await pair.me.Conversations.NewConversationAsync(pair.peer.Address, cancellationToken: Token);
            await conversation.SendAsync($"from {pair.me.Address}", Token);
        }));
        foreach (var client in clients)
        {
            var all = await client.Conversations.ListAsync(cancellationToken: Token);
            Assert.Equal(clients.Length - 1, all.Count);
            foreach (var conversation in all)
                Assert.Equal(new[] { $"from {client.Address}", $"from {conversation.Peer}" }.Order(), (await TextsAsync(conversation)).Order());
        }

        foreach (var client in clients) await client.DisposeAsync();
    }

    private static async Task<string[]> TextsAsync(Conversation conversation, ListMessagesOptions? options = null) =>
        [.. (await conversation.ListMessagesAsync(options, Token).ToListAsync(Token)).Select(static message => (string)message.Content!)];
}
