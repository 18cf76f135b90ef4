using Xmtp.Client.Messages;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Tests.Contacts;

public sealed class ContactTests
{
    private readonly FakeNetwork _network = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CanMessageAsync_KnownUnknownAndInvalid_AnswersForEach()
    {
        await using var account = await TestAccount.StartAsync(_network);
        await using var peer = await TestAccount.StartAsync(_network);
        Assert.True(await account.Client.CanMessageAsync(peer.Client.Address, Token));
        Assert.True(await account.Client.CanMessageAsync(peer.Client.Address.ToString().ToLowerInvariant(), Token));
        Assert.False(await account.Client.CanMessageAsync(PrivateKeyWallet.Generate().Address, Token));
        Assert.False(await account.Client.CanMessageAsync("not an address", Token));
        Assert.False(await account.Client.CanMessageAsync(peer.Client.Address.ToString().ToUpperInvariant(), Token));
    }

    [Fact]
    public async Task CanMessageAsync_Known_AsksTheNetworkOnceUntilForgotten()
    {
        await using var account = await TestAccount.StartAsync(_network);
        await using var peer = await TestAccount.StartAsync(_network);
        var before = account.Transport.Queries.Count;
        await account.Client.CanMessageAsync(peer.Client.Address, Token);
        await account.Client.CanMessageAsync(peer.Client.Address, Token);
        Assert.Equal(before + 1, account.Transport.Queries.Count);
        account.Client.ForgetContact(peer.Client.Address);
        await account.Client.CanMessageAsync(peer.Client.Address, Token);
        Assert.Equal(before + 2, account.Transport.Queries.Count);
    }

    [Fact]
    public async Task CanMessageAsync_Many_AsksInBatchesOfFifty()
    {
        await using var account = await TestAccount.StartAsync(_network);
        await using var peer = await TestAccount.StartAsync(_network);
        EthereumAddress[] strangers = [.. Enumerable.Range(0, 119).Select(static i => new EthereumAddress([.. Enumerable.Repeat((byte)i, 20)]))];
        var answers = await account.Client.CanMessageAsync([.. strangers, peer.Client.Address, peer.Client.Address], Token);
        Assert.Equal(120, answers.Count);
        Assert.Equal(peer.Client.Address, Assert.Single(answers, static answer => answer.Value).Key);
        Assert.Equal(3, account.Transport.Calls.Count(static call => call == "BatchQuery"));
    }

    [Fact]
    public async Task CanMessageAsync_GarbageOnTop_SkipsAndReportsIt()
    {
        await using var account = await TestAccount.StartAsync(_network);
        await using var peer = await TestAccount.StartAsync(_network);
        await using var impostor = await TestAccount.StartAsync(_network);
        var topic = Topic.Contact(peer.Client.Address.ToString());
        var foreign = _network.Stored(Topic.Contact(impostor.Client.Address.ToString()))[^1].Message.ToByteArray();
        for (var i = 1; i <= 7; i++) _network.Publish(topic, (ulong)long.MaxValue - (ulong)i, [.. "garbage"u8, (byte)i]);
        _network.Publish(topic, (ulong)long.MaxValue, foreign);
        Assert.True(await account.Client.CanMessageAsync(peer.Client.Address, Token));
        Assert.Equal(8, account.Dropped.All.Length);
        Assert.Equal(DropReason.KeyNotSignedByWallet, account.Dropped.All[0].Reason);
        Assert.All(account.Dropped.All, dropped => Assert.Equal(topic, dropped.Topic));
    }

    [Fact]
    public async Task CreateAsync_OnlyAV1Contact_PublishesBothForms()
    {
        await using var account = await TestAccount.StartAsync(_network, configure: static options => options with { PublishContact = false });
        using var keys = PrivateKeyBundle.Import(account.Client.ExportKeys(), CryptoProvider.Default);
        var topic = Topic.Contact(account.Client.Address.ToString());

        // Dated ahead, as by a device with a wrong clock: what is published must still come out as the newest.
        var ahead = UnixTime.ToNanoseconds(TimeProvider.System.GetUtcNow().AddDays(100));
        _network.Publish(topic, ahead, ContactBundle.EncodeV1(keys.PublicBundleV1));
        await using var again = await TestAccount.StartAsync(_network, wallet: account.Wallet);
        var stored = _network.Stored(topic);
        Assert.Equal(3, stored.Length);
        Assert.True(ContactBundle.TryDecode(stored[^1].Message.Span, CryptoProvider.Default, out var newest) && !newest.IsV1);
        Assert.True(stored[^1].TimestampNs > stored[^2].TimestampNs);
        Assert.True(stored[^2].TimestampNs > ahead);
    }

    [Fact]
    public async Task NewConversationAsync_PeerWithoutContact_IsNotOnTheNetwork()
    {
        await using var account = await TestAccount.StartAsync(_network);
        await using var hidden = await TestAccount.StartAsync(_network, configure: static options => options with { PublishContact = false });
        var failure = await Assert.ThrowsAsync<XmtpException>(() => account.Client.Conversations.NewConversationAsync(hidden.Client.Address, cancellationToken: Token));
        Assert.Equal(ErrorCatalogue.NotOnNetwork, failure.Code);
    }
}
