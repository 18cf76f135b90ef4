using Xmtp.Client.Conversations;
using Xmtp.Client.Messages;
using Xmtp.Interop.JavaScript;
using Xmtp.Protocol.Topics;

namespace Xmtp.Interop.Clients;

/// <summary>Conversations between this SDK and the published clients: V2 with 13.0.4, V1 with 6.8.3.</summary>
public sealed class DotNetConversationTests(InteropNode node)
{
    public static TheoryData<JsRelease> Releases => [JsRelease.V13, JsRelease.V13Grpc, JsRelease.V6];

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task CanMessage_OfEachOther_IsTrueAndOfAStrangerFalse(JsRelease release)
    {
        const string Stranger = "0x0000000000000000000000000000000000000001";
        await using var alice = await DotNetAccount.CreateAsync(node.Endpoint);
        await using var bob = await JsClient.CreateAsync(release, node.Endpoint);

        Assert.True(await alice.Client.CanMessageAsync(bob.Address, TestContext.Current.CancellationToken));
        Assert.False(await alice.Client.CanMessageAsync(Stranger, TestContext.Current.CancellationToken));
        Assert.True(await bob.CanMessageAsync(alice.Address));
        Assert.False(await bob.CanMessageAsync(Stranger));
        if (release != JsRelease.V6)
            Assert.Equal(new[] { true, false, true }, await bob.CanMessageAsync([alice.Address, Stranger, bob.Address]));
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Conversation_StartedHere_IsReadAndAnsweredThere(JsRelease release)
    {
        await using var alice = await DotNetAccount.CreateAsync(node.Endpoint);
        await using var bob = await JsClient.CreateAsync(release, node.Endpoint);

        var toBob = await alice.NewConversationAsync(bob.Address);
        var sent = await toBob.SendAsync("first", TestContext.Current.CancellationToken);
        var toAlice = Assert.Single(await bob.ConversationsAsync());
        var answer = await bob.SendAsync(toAlice, "answer");

        Assert.Equal(VersionFor(release), toBob.Version);
        Assert.Equal(alice.Address, toAlice.Peer);
        await AssertSameConversationAsync(toBob, bob, toAlice, ["first", "answer"], [alice.Address, bob.Address]);
        Assert.Equal([sent.Id.ToString(), answer.Id], (await bob.MessagesAsync(toAlice)).Select(message => message.Id));
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Conversation_StartedThere_IsReadAndAnsweredHere(JsRelease release)
    {
        await using var alice = await JsClient.CreateAsync(release, node.Endpoint);
        await using var bob = await DotNetAccount.CreateAsync(node.Endpoint);

        var toBob = await alice.NewConversationAsync(bob.Address);
        await alice.SendAsync(toBob, "first");
        var toAlice = await bob.ConversationWithAsync(alice.Address);
        await toAlice.SendAsync("answer", TestContext.Current.CancellationToken);

        Assert.Equal(VersionFor(release), toAlice.Version);
        await AssertSameConversationAsync(toAlice, alice, toBob, ["first", "answer"], [alice.Address, bob.Address]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("example.org/order/7")]
    public async Task NewConversation_OnBothSides_IsTheSame(string? conversationId)
    {
        var metadata = new Dictionary<string, string> { ["title"] = "Übergabe 🤝", [""] = "no key" };
        await using var alice = await DotNetAccount.CreateAsync(node.Endpoint);
        await using var bob = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);

        var here = await alice.NewConversationAsync(bob.Address, conversationId is null ? null : new NewConversationOptions { ConversationId = conversationId, Metadata = metadata });
        var there = await bob.NewConversationAsync(alice.Address, conversationId, conversationId is null ? null : metadata);

        Assert.Equal(here.Topic.Value, there.Topic);
        Assert.Equal(here.CreatedAt.ToUnixTimeMilliseconds(), there.CreatedAt);
        Assert.Equal(conversationId, there.ConversationId);
        if (conversationId is not null)
            Assert.Equal(metadata, there.Metadata);
        Assert.Single(await bob.ConversationsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NewConversation_ContextOfTheOtherSide_IsRead(bool startedHere)
    {
        var metadata = new Dictionary<string, string> { ["title"] = "Hello", ["emoji"] = "🤝" };
        await using var here = await DotNetAccount.CreateAsync(node.Endpoint);
        await using var there = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        if (startedHere)
            await here.NewConversationAsync(there.Address, new NewConversationOptions { ConversationId = "example.org/1", Metadata = metadata });
        else
            await there.NewConversationAsync(here.Address, "example.org/1", metadata);

        var seenHere = await here.ConversationWithAsync(there.Address);
        var seenThere = Assert.Single(await there.ConversationsAsync());

        Assert.Equal(seenHere.Topic.Value, seenThere.Topic);
        Assert.Equal(("example.org/1", "example.org/1"), (seenHere.ConversationId, seenThere.ConversationId));
        Assert.Equal(metadata, seenHere.Metadata);
        Assert.Equal(metadata, seenThere.Metadata);
    }

    // An account that wrote V1 and then updated its app keeps the V1 conversation.
    [Fact]
    public async Task Conversation_BegunInV1AndContinuedByTheLaterRelease_StaysV1()
    {
        await using var bob = await DotNetAccount.CreateAsync(node.Endpoint);
        await using var old = await JsClient.CreateAsync(JsRelease.V6, node.Endpoint);
        await old.SendAsync(await old.NewConversationAsync(bob.Address), "from the old app");

        await using var updated = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint, old.PrivateKey);
        var there = await updated.NewConversationAsync(bob.Address);
        await updated.SendAsync(there, "from the new app");
        var here = await bob.NewConversationAsync(old.Address);
        await here.SendAsync("answer", TestContext.Current.CancellationToken);

        Assert.Equal(("v1", MessageVersion.V1), (there.Version, here.Version));
        await AssertSameConversationAsync(
            here, updated, there, ["from the old app", "from the new app", "answer"], [old.Address, old.Address, bob.Address]);
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task StreamHere_OfAConversationStartedThere_BringsEveryMessageInOrder(JsRelease release)
    {
        await using var alice = await JsClient.CreateAsync(release, node.Endpoint);
        await using var bob = await DotNetAccount.CreateAsync(node.Endpoint);
        await using var stream = await bob.StreamAllMessagesAsync();
        await using var items = stream.GetAsyncEnumerator(TestContext.Current.CancellationToken);

        var conversation = await alice.NewConversationAsync(bob.Address);
        foreach (var text in Texts)
            await alice.SendAsync(conversation, text);

        foreach (var text in Texts)
        {
            var message = await DotNetAccount.NextAsync(items);
            Assert.Equal((text, alice.Address), (message.Content, message.Sender.ToString()));
        }
    }

    [Theory]
    [InlineData(JsRelease.V13)]
    [InlineData(JsRelease.V6)]
    public async Task StreamThere_OfAConversationStartedHere_BringsEveryMessageInOrder(JsRelease release)
    {
        await using var alice = await DotNetAccount.CreateAsync(node.Endpoint);
        await using var bob = await JsClient.CreateAsync(release, node.Endpoint);
        var stream = await bob.StreamAllMessagesAsync();

        var conversation = await alice.NewConversationAsync(bob.Address);
        await conversation.SendAsync(Texts[0], TestContext.Current.CancellationToken);
        var first = await stream.NextAsync();
        // After the first message the JavaScript client opens its subscription anew and can miss what comes meanwhile.
        await bob.ListensToAsync(conversation.Topic.Value);
        foreach (var text in Texts[1..])
            await conversation.SendAsync(text, TestContext.Current.CancellationToken);

        Assert.Equal((Texts[0], alice.Address), (first.Text, first.Sender));
        foreach (var text in Texts[1..])
            Assert.Equal(text, (await stream.NextAsync()).Text);
    }

    [Fact]
    public async Task Stream_OfNewConversations_BringsThemBothWays()
    {
        await using var here = await DotNetAccount.CreateAsync(node.Endpoint);
        await using var there = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        await using var other = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        await using var arrivingHere = await here.Client.Conversations.StreamAsync(TestContext.Current.CancellationToken);
        await using var items = arrivingHere.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var arrivingThere = await there.StreamConversationsAsync();

        var started = await here.NewConversationAsync(there.Address);
        var received = await other.NewConversationAsync(here.Address);

        Assert.Equal(started.Topic.Value, (await arrivingThere.NextAsync()).Topic);
        var seen = await DotNetAccount.NextAsync(items);
        if (seen.Topic == started.Topic)
            seen = await DotNetAccount.NextAsync(items);
        Assert.Equal(received.Topic, seen.Topic.Value);
    }

    [Fact]
    public async Task Ephemeral_SentEitherWay_IsStreamedAndNotStored()
    {
        await using var here = await DotNetAccount.CreateAsync(node.Endpoint);
        await using var there = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        var conversation = await here.NewConversationAsync(there.Address);

        await AssertEphemeralAsync(conversation, there, []);
    }

    [Fact]
    public async Task Ephemeral_InAV1Conversation_IsStreamedAndNotStored()
    {
        await using var here = await DotNetAccount.CreateAsync(node.Endpoint);
        await using var old = await JsClient.CreateAsync(JsRelease.V6, node.Endpoint);
        await old.SendAsync(await old.NewConversationAsync(here.Address), "from the old app");
        await using var updated = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint, old.PrivateKey);
        var conversation = await here.ConversationWithAsync(old.Address);

        Assert.Equal(MessageVersion.V1, conversation.Version);
        await AssertEphemeralAsync(conversation, updated, ["from the old app"]);
    }

    private static readonly string[] Texts = ["one", "two", "three 🤝", "four"];

    private static MessageVersion VersionFor(JsRelease release) => release == JsRelease.V6 ? MessageVersion.V1 : MessageVersion.V2;

    private static async Task AssertEphemeralAsync(Conversation conversation, JsClient there, string[] stored)
    {
        var seenThere = Assert.Single(await there.ConversationsAsync());
        await using var arrivingHere = await conversation.StreamEphemeralMessagesAsync(TestContext.Current.CancellationToken);
        await using var items = arrivingHere.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var arrivingThere = await there.StreamEphemeralAsync(seenThere);

        await conversation.SendAsync("typing here", new SendOptions { Ephemeral = true }, TestContext.Current.CancellationToken);
        Assert.Equal("typing here", (await arrivingThere.NextAsync()).Text);
        await there.SendAsync(seenThere, "typing there", new JsSendOptions(Ephemeral: true));

        var message = await DotNetAccount.NextAsync(items);
        if (message.IsFromSelf)
            message = await DotNetAccount.NextAsync(items);
        Assert.Equal("typing there", message.Content);
        Assert.Equal(stored, (await DotNetAccount.MessagesAsync(conversation)).Select(each => each.Content));
        Assert.Equal(stored, (await there.MessagesAsync(seenThere)).Select(each => each.Text));
    }

    private static async Task AssertSameConversationAsync(Conversation here, JsClient there, JsConversation seenThere, string[] texts, string[] senders)
    {
        var ours = await DotNetAccount.MessagesAsync(here);
        var theirs = await there.MessagesAsync(seenThere);

        Assert.Equal(texts, ours.Select(message => message.Content));
        Assert.Equal(texts, theirs.Select(message => message.Text));
        Assert.Equal(senders, ours.Select(message => message.Sender.ToString()));
        Assert.Equal(senders, theirs.Select(message => message.Sender));
        Assert.Equal(ours.Select(message => message.Id.ToString()), theirs.Select(message => message.Id));
        Assert.Equal(ours.Select(message => message.Sent.ToUnixTimeMilliseconds()), theirs.Select(message => message.Sent));
        Assert.Equal(seenThere.Topic ?? Topic.DirectMessageV1(here.Self.ToString(), there.Address).Value, here.Topic.Value);
    }
}
