using Microsoft.Extensions.Time.Testing;
using Xmtp.Client.Conversations;
using Xmtp.Client.Messages;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Streams;

public sealed class StreamAllMessagesTests : IAsyncLifetime
{
    private readonly FakeNetwork _network = new();
    private readonly FakeTimeProvider _clock = TestAccount.Clock();
    private TestAccount _alice = null!;
    private TestAccount _bob = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _alice = await TestAccount.StartAsync(_network, _clock);
        _bob = await TestAccount.StartAsync(_network, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _alice.DisposeAsync();
        await _bob.DisposeAsync();
    }

    [Fact]
    public async Task StreamAllMessagesAsync_OldAndNewConversations_BringsAllThatIsNew()
    {
        var old = await NewConversationAsync(_alice, _bob, "old");
        await old.SendAsync("history", Token);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await using var stream = await _bob.Client.Conversations.StreamAllMessagesAsync(Token);
        await old.SendAsync("in the old one", Token);
        var young = await NewConversationAsync(_alice, _bob, "young");
        await young.SendAsync("in the new one", Token);
        Assert.Equal(["in the new one", "in the old one"], (await stream.NextAsync(2)).Select(static message => (string)message.Content!).Order());

        // Once the topic has joined, it is live.
        await Eventually.TrueAsync(() => _bob.Transport.Subscriptions.Keys.Any(subscription => subscription.Topics.Contains(young.Topic.Value)), "the topic joins");
        await young.SendAsync("and again", Token);
        Assert.Equal(["and again"], (await stream.NextAsync(1)).Select(static message => message.Content));
    }

    [Fact]
    public async Task StreamAllMessagesAsync_MessagesWhileAConversationJoins_ComeInTheOrderSent()
    {
        await using var stream = await _bob.Client.Conversations.StreamAllMessagesAsync(Token);

        // The history of the new topic is slow to come, and messages go on arriving live.
        var history = new TaskCompletionSource();
        _bob.Transport.OnCall = (call, _) => call == "Query" ? history.Task : Task.CompletedTask;
        var conversation = await NewConversationAsync(_alice, _bob, "young");
        await conversation.SendAsync("0", Token);
        await Eventually.TrueAsync(() => _bob.Transport.Subscriptions.Keys.Any(subscription => subscription.Topics.Contains(conversation.Topic.Value)), "the topic joins");
        for (var i = 1; i < 10; i++) await conversation.SendAsync($"{i}", Token);
        history.SetResult();
        await conversation.SendAsync("10", Token);
        Assert.Equal(Enumerable.Range(0, 11).Select(static i => $"{i}"), (await stream.NextAsync(11)).Select(static message => message.Content));
    }

    [Fact]
    public async Task StreamAllMessagesAsync_FirstV1Message_ComesOnceAndTheNextOnesToo()
    {
        await using var old = await V1AccountAsync();
        await using var stream = await old.Client.Conversations.StreamAllMessagesAsync(Token);
        var conversation = await _alice.Client.Conversations.NewConversationAsync(old.Client.Address, cancellationToken: Token);
        Assert.Equal(MessageVersion.V1, conversation.Version);
        await conversation.SendAsync("one", Token);
        Assert.Equal("one", Assert.Single(await stream.NextAsync(1)).Content);
        await conversation.SendAsync("two", Token);
        await conversation.SendAsync("three", Token);
        Assert.Equal(["two", "three"], (await _clock.RunAsync(stream.NextAsync(2), TimeSpan.FromMilliseconds(500))).Select(static message => message.Content));
    }

    [Fact]
    public async Task StreamAllMessagesAsync_MessageBytesOnAForeignTopic_DoNotSuppressTheRealOne()
    {
        var conversation = await NewConversationAsync(_alice, _bob, "x");
        await using var stream = await _bob.Client.Conversations.StreamAllMessagesAsync(Token);
        var prepared = await conversation.PrepareAsync("real", cancellationToken: Token);
        var envelope = Assert.Single(prepared.Envelopes);
        _network.Publish(Topic.Intro(_bob.Client.Address.ToString()), envelope.TimestampNs, envelope.Message.Span);
        await prepared.SendAsync(Token);
        Assert.Equal("real", Assert.Single(await stream.NextAsync(1)).Content);
    }

    [Fact]
    public async Task StreamAllMessagesAsync_EverythingDuringALostConnection_IsFetched()
    {
        var known = await NewConversationAsync(_alice, _bob, "known");
        await using var stream = await _bob.Client.Conversations.StreamAllMessagesAsync(Token);
        _bob.Transport.LoseConnections(new NodeException(ErrorCatalogue.Unavailable, "stopping"));
        await known.SendAsync("to the known one", Token);
        var fresh = await NewConversationAsync(_alice, _bob, "fresh");
        await fresh.SendAsync("to the fresh one", Token);
        var messages = await _clock.RunAsync(stream.NextAsync(2));
        Assert.Equal(["to the fresh one", "to the known one"], messages.Select(static message => (string)message.Content!).Order());
    }

    [Fact]
    public async Task StreamAllMessagesAsync_ManyNewConversationsAndLostConnections_MissesAndRepeatsNothing()
    {
        const int Conversations = 25;
        await using var stream = await _bob.Client.Conversations.StreamAllMessagesAsync(Token);
        var expected = new List<string>();
        for (var i = 0; i < Conversations; i++)
        {
            if (i % 7 == 3) _bob.Transport.LoseConnections();
            if (i % 11 == 5) _bob.Transport.FailNext("ReplaceTopics", new NodeException(ErrorCatalogue.Unavailable, "gone"));
            var conversation = await NewConversationAsync(_alice, _bob, $"{i}");
            for (var j = 0; j < 3; j++)
            {
                expected.Add($"{i:00} {j}");
                await conversation.SendAsync(expected[^1], Token);
            }

            _clock.Advance(TimeSpan.FromMilliseconds(30));
        }

        var messages = await _clock.RunAsync(stream.NextAsync(expected.Count));
        Assert.Equal(expected, messages.Select(static message => (string)message.Content!).Order());
    }

    [Fact]
    public async Task StreamAllMessagesAsync_OwnNewConversation_JoinsToo()
    {
        await using var stream = await _alice.Client.Conversations.StreamAllMessagesAsync(Token);
        var mine = await NewConversationAsync(_alice, _bob, "mine");
        await mine.SendAsync("hello", Token);
        var theirs = (await _bob.Client.Conversations.ListAsync(cancellationToken: Token)).Single();
        await theirs.SendAsync("reply", Token);
        Assert.Equal(["hello", "reply"], (await stream.NextAsync(2)).Select(static message => (string)message.Content!).Order());
    }

    [Fact]
    public async Task StreamAsync_NewConversations_ComeOnceAndKnownOnesNot()
    {
        await NewConversationAsync(_alice, _bob, "known");
        await using var stream = await _bob.Client.Conversations.StreamAsync(Token);
        var fresh = await NewConversationAsync(_alice, _bob, "fresh");
        var next = await NewConversationAsync(_alice, _bob, "next");
        var found = await stream.NextAsync(2);
        Assert.Equal([fresh.Topic, next.Topic], found.Select(static conversation => conversation.Topic));
        Assert.Same(found[0], _bob.Client.Conversations.Find(fresh.Topic));
        _bob.Transport.LoseConnections();
        var last = await NewConversationAsync(_alice, _bob, "last");
        Assert.Equal(last.Topic, Assert.Single(await _clock.RunAsync(stream.NextAsync(1))).Topic);
    }

    private static Task<Conversation> NewConversationAsync(TestAccount me, TestAccount peer, string id) =>
        me.Client.Conversations.NewConversationAsync(peer.Client.Address, new NewConversationOptions { ConversationId = id }, Token);

    private async Task<TestAccount> V1AccountAsync()
    {
        var account = await TestAccount.StartAsync(_network, _clock, configure: static options => options with { PublishContact = false });
        using var keys = PrivateKeyBundle.Import(account.Client.ExportKeys(), CryptoProvider.Default);
        _network.Publish(Topic.Contact(account.Client.Address.ToString()), UnixTime.ToNanoseconds(_clock.GetUtcNow()), ContactBundle.EncodeV1(keys.PublicBundleV1));
        return account;
    }
}
