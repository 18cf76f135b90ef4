using Xmtp.Client.Conversations;
using Xmtp.Client.Messages;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Tests.Conversations;

public sealed class NewConversationTests : IAsyncLifetime
{
    private readonly FakeNetwork _network = new();
    private TestAccount _alice = null!;
    private TestAccount _bob = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _alice = await TestAccount.StartAsync(_network);
        _bob = await TestAccount.StartAsync(_network);
    }

    public async ValueTask DisposeAsync()
    {
        await _alice.DisposeAsync();
        await _bob.DisposeAsync();
    }

    [Fact]
    public async Task NewConversationAsync_FirstTime_InvitesBothInOneRequestWithTheHeadersTime()
    {
        var conversation = await OpenAsync(_alice, _bob, new NewConversationOptions { ConversationId = "example.com/x", Metadata = new Dictionary<string, string> { ["title"] = "Hello" } });
        var request = _alice.Transport.Publishes.Select(static publish => publish.Request).Single(static request => request.Envelopes.Count == 2);
        Assert.Equal(
            [Topic.Invite(_bob.Client.Address.ToString()).Value, Topic.Invite(_alice.Client.Address.ToString()).Value],
            request.Envelopes.Select(static envelope => envelope.ContentTopic));
        Assert.All(request.Envelopes, envelope => Assert.Equal(conversation.CreatedNs, envelope.TimestampNs));
        Assert.Equal(request.Envelopes[0].Message, request.Envelopes[1].Message);

        var seen = Assert.Single(await _bob.Client.Conversations.ListAsync(cancellationToken: Token));
        Assert.Equal((conversation.Topic, conversation.CreatedNs, "example.com/x", "Hello"), (seen.Topic, seen.CreatedNs, seen.ConversationId, seen.Metadata["title"]));
        Assert.Equal((_alice.Client.Address, MessageVersion.V2), (seen.Peer, seen.Version));
    }

    [Fact]
    public async Task NewConversationAsync_Again_GivesTheSameObjectWithoutTheNetwork()
    {
        var first = await OpenAsync(_alice, _bob);
        var calls = _alice.Transport.Calls.Count;
        Assert.Same(first, await OpenAsync(_alice, _bob));
        Assert.Same(first, await OpenAsync(_alice, _bob, new NewConversationOptions { ConversationId = "" }));
        Assert.Equal(calls, _alice.Transport.Calls.Count);
    }

    [Fact]
    public async Task NewConversationAsync_PeerInvitedFirst_JoinsTheirConversation()
    {
        var theirs = await OpenAsync(_bob, _alice);
        var mine = await OpenAsync(_alice, _bob);
        Assert.Equal((theirs.Topic, theirs.CreatedNs), (mine.Topic, mine.CreatedNs));
        Assert.Equal(2, _network.Published.Count(static envelope => Topic.Classify(envelope.ContentTopic) == TopicKind.V2Invite));
    }

    [Fact]
    public async Task NewConversationAsync_BothAtOnce_EndsUpOnOneTopicWithOneKey()
    {
        // Neither sees the other's invitation before publishing their own.
        using var meeting = new Barrier(2);
        Task Meet(string call, CancellationToken token) => call == "Publish" ? Task.Run(() => meeting.SignalAndWait(TimeSpan.FromSeconds(20), token), token) : Task.CompletedTask;
        (_alice.Transport.OnCall, _bob.Transport.OnCall) = (Meet, Meet);
        var both = await Task.WhenAll(OpenAsync(_alice, _bob), OpenAsync(_bob, _alice));
        (_alice.Transport.OnCall, _bob.Transport.OnCall) = (null, null);
        Assert.Equal(both[0].Topic, both[1].Topic);
        await both[0].SendAsync("hello", Token);
        Assert.Equal("hello", Assert.Single(await both[1].ListMessagesAsync(cancellationToken: Token).ToListAsync(Token)).Content);
        Assert.Single(await _alice.Client.Conversations.ListAsync(reload: true, Token));
        Assert.Single(await _bob.Client.Conversations.ListAsync(reload: true, Token));
        Assert.Empty(_alice.Dropped.All);
    }

    [Fact]
    public async Task NewConversationAsync_ManyCallersAtOnce_InvitesOnce()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => OpenAsync(_alice, _bob), Token)));
        Assert.Single(all.Distinct());
        Assert.Equal(2, _network.Published.Count(static envelope => Topic.Classify(envelope.ContentTopic) == TopicKind.V2Invite));
    }

    [Fact]
    public async Task NewConversationAsync_OtherIds_AreOtherConversations()
    {
        var plain = await OpenAsync(_alice, _bob);
        var one = await OpenAsync(_alice, _bob, new NewConversationOptions { ConversationId = "example.com/1" });
        var two = await OpenAsync(_alice, _bob, new NewConversationOptions { ConversationId = "example.com/2" });
        Assert.Equal(3, new[] { plain.Topic, one.Topic, two.Topic }.Distinct().Count());
        Assert.Equal([plain, one, two], _alice.Client.Conversations.Known);
    }

    [Fact]
    public async Task NewConversationAsync_Self_IsRefused()
    {
        var failure = await Assert.ThrowsAsync<XmtpException>(() => OpenAsync(_alice, _alice));
        Assert.Equal(ErrorCatalogue.SelfMessaging, failure.Code);
    }

    [Fact]
    public async Task NewConversationAsync_NotAnAddress_IsRefused()
    {
        var failure = await Assert.ThrowsAsync<XmtpException>(() => _alice.Client.Conversations.NewConversationAsync("0x12", cancellationToken: Token));
        Assert.Equal(ErrorCatalogue.AddressInvalid, failure.Code);
    }

    [Fact]
    public async Task NewConversationAsync_PeerWithV1ContactOnly_IsV1WithoutAnId()
    {
        await using var old = await V1AccountAsync();
        var conversation = await OpenAsync(_alice, old);
        Assert.Equal(MessageVersion.V1, conversation.Version);
        Assert.Equal(Topic.DirectMessageV1(_alice.Client.Address.ToString(), old.Client.Address.ToString()), conversation.Topic);
        Assert.Equal(MessageVersion.V2, (await OpenAsync(_alice, old, new NewConversationOptions { ConversationId = "example.com/x" })).Version);
        Assert.Same(conversation, await OpenAsync(_alice, old));
    }

    [Fact]
    public async Task NewConversationAsync_PairThatTalkedOverV1_GoesOnOverV1AfterThePeersUpgrade()
    {
        await using var old = await V1AccountAsync();
        await (await OpenAsync(_alice, old)).SendAsync("over V1", Token);
        await using var upgraded = await TestAccount.StartAsync(_network, wallet: old.Wallet);
        await using var again = await _alice.OnAnotherDeviceAsync();
        var conversation = await OpenAsync(again, upgraded);
        Assert.Equal(MessageVersion.V1, conversation.Version);
        Assert.Equal("over V1", Assert.Single(await conversation.ListMessagesAsync(cancellationToken: Token).ToListAsync(Token)).Content);
    }

    [Fact]
    public async Task NewConversationAsync_PublishFails_LeavesNothingBehind()
    {
        _alice.Transport.FailNext("Publish", new NodeException(ErrorCatalogue.TopicRestricted, "no"));
        await Assert.ThrowsAsync<NodeException>(() => OpenAsync(_alice, _bob));
        Assert.Empty(_alice.Client.Conversations.Known);
        Assert.NotNull(await OpenAsync(_alice, _bob));
    }

    internal static Task<Conversation> OpenAsync(TestAccount me, TestAccount peer, NewConversationOptions? options = null) =>
        me.Client.Conversations.NewConversationAsync(peer.Client.Address, options, Token);

    private async Task<TestAccount> V1AccountAsync()
    {
        var account = await TestAccount.StartAsync(_network, configure: static options => options with { PublishContact = false });
        using var keys = PrivateKeyBundle.Import(account.Client.ExportKeys(), CryptoProvider.Default);
        _network.Publish(Topic.Contact(account.Client.Address.ToString()), UnixTime.ToNanoseconds(TimeProvider.System.GetUtcNow()), ContactBundle.EncodeV1(keys.PublicBundleV1));
        return account;
    }
}
