using Xmtp.Client;
using Xmtp.Client.Messages;
using Xmtp.Protocol.Topics;

namespace Xmtp.Testing.Tests;

/// <summary>Clients do on a test network what they do on a real one.</summary>
public sealed class ConversationTests
{
    private static CancellationToken Token => StreamReading.Token;

    [Fact]
    public async Task Conversation_BetweenTwoClients_CarriesMessagesBothWaysInOrder()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var amal = await network.CreateClientAsync(Token);
        var bola = await network.CreateClientAsync(Token);
        var toBola = await amal.Conversations.NewConversationAsync(bola.Address, cancellationToken: Token);
        await toBola.SendAsync("gm", Token);
        var toAmal = Assert.Single(await bola.Conversations.ListAsync(cancellationToken: Token));
        await toAmal.SendAsync("gm gm", Token);
        await toBola.SendAsync("how are you?", Token);

        // The clock never moved, and yet each was written after the one before.
        string[] expected = ["gm", "gm gm", "how are you?"];
        Assert.Equal(expected, await toBola.TextsAsync());
        Assert.Equal(expected, await toAmal.TextsAsync());
    }

    [Fact]
    public async Task Stream_OfAllMessages_BringsWhatOthersWriteWithoutTheClock()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var amal = await network.CreateClientAsync(Token);
        var bola = await network.CreateClientAsync(Token);
        await using var inbox = await bola.Conversations.StreamAllMessagesAsync(Token);
        Assert.Equal(1, network.OpenSubscriptions);

        var toBola = await amal.Conversations.NewConversationAsync(bola.Address, cancellationToken: Token);
        for (var i = 0; i < 20; i++) await toBola.SendAsync($"{i}", Token);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), await inbox.NextTextsNowAsync(20));
    }

    [Fact]
    public async Task CreateClient_TwiceWithOneWallet_IsOneAccountOnTwoDevices()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        using var wallet = network.CreateWallet();
        var phone = await network.CreateClientAsync(wallet, Token);
        var laptop = await network.CreateClientAsync(wallet, Token);
        var peer = await network.CreateClientAsync(Token);
        await (await phone.Conversations.NewConversationAsync(peer.Address, cancellationToken: Token)).SendAsync("from the phone", Token);

        Assert.Equal(phone.ExportKeys(), laptop.ExportKeys());
        Assert.Equal(["from the phone"], await Assert.Single(await laptop.Conversations.ListAsync(cancellationToken: Token)).TextsAsync());
    }

    [Fact]
    public async Task Envelopes_OfAConversation_AreWhatTheNetworkStored()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var amal = await network.CreateClientAsync(Token);
        var bola = await network.CreateClientAsync(Token);
        var toBola = await amal.Conversations.NewConversationAsync(bola.Address, cancellationToken: Token);
        var before = network.PublishedEnvelopes.Count;
        for (var i = 0; i < 120; i++) await toBola.SendAsync($"{i}", Token);
        var typing = await toBola.SendAsync("typing", new Client.Conversations.SendOptions { Ephemeral = true }, Token);

        // More than a page, in order; what is ephemeral was seen and not stored.
        var stored = await network.EnvelopesAsync(toBola.Topic, Token);
        Assert.Equal(120, stored.Count);
        Assert.Equal(stored.Select(envelope => envelope.TimestampNs).Order(), stored.Select(envelope => envelope.TimestampNs));
        Assert.DoesNotContain(stored, envelope => MessageId.FromMessage(envelope.Message.Span) == typing.Id);
        Assert.Equal(121, network.PublishedEnvelopes.Count - before);
        Assert.True(Topic.IsEphemeralTopic(network.PublishedEnvelopes[^1].ContentTopic));
    }

    [Fact]
    public async Task Addresses_OfOneSeed_AreTheSameInEachRun()
    {
        var first = await AddressesAsync(7);

        Assert.Equal(first, await AddressesAsync(7));
        Assert.Equal(3, first.Distinct().Count());
        Assert.Empty(first.Intersect(await AddressesAsync(8)));
    }

    [Fact]
    public async Task Networks_SideBySide_KnowNothingOfEachOther()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        await using var other = await TestNetwork.StartAsync(new TestNetworkOptions { Seed = 2 }, Token);
        var amal = await network.CreateClientAsync(Token);
        var stranger = await other.CreateClientAsync(Token);
        network.Faults.GoOffline();

        Assert.False(await stranger.CanMessageAsync(amal.Address, Token));
        other.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True(other.Clock.GetUtcNow() - network.Clock.GetUtcNow() > TimeSpan.FromMinutes(59));
    }

    [Fact]
    public async Task Publish_OfGarbageByAStranger_IsReportedToTheApp()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var dropped = new DropList();
        using var wallet = network.CreateWallet();
        await using var amal = await XmtpClient.CreateAsync(wallet, network.CreateOptions() with { Dropped = dropped }, Token);
        var invite = Topic.Invite(amal.Address.ToString());
        await network.PublishAsync([new() { ContentTopic = invite.Value, TimestampNs = 1, Message = Google.Protobuf.ByteString.CopyFromUtf8("garbage") }], Token);

        Assert.Empty(await amal.Conversations.ListAsync(reload: true, cancellationToken: Token));
        Assert.Equal(invite, Assert.Single(dropped.All).Topic);
    }

    private static async Task<string[]> AddressesAsync(int seed)
    {
        await using var network = await TestNetwork.StartAsync(new TestNetworkOptions { Seed = seed }, Token);
        var (amal, bola) = (await network.CreateClientAsync(Token), await network.CreateClientAsync(Token));
        using var wallet = network.CreateWallet();
        return [amal.Address.ToString(), bola.Address.ToString(), wallet.Address.ToString()];
    }
}
