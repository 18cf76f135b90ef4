using Xmtp.Interop.JavaScript;
using Xmtp.Protocol.Topics;

namespace Xmtp.Interop.Clients;

/// <summary>Published clients talk to each other through our node: what they built in must find what it needs.</summary>
public sealed class JavaScriptThroughNodeTests(InteropNode node)
{
    public static TheoryData<JsRelease, JsRelease> Pairs => new()
    {
        { JsRelease.V13, JsRelease.V13 },
        { JsRelease.V13, JsRelease.V13Grpc },
        { JsRelease.V13Grpc, JsRelease.V13 },
        { JsRelease.V6, JsRelease.V6 },
        { JsRelease.V13, JsRelease.V6 },
        { JsRelease.V6, JsRelease.V13 },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Conversation_BetweenTwoReleases_CarriesMessagesBothWays(JsRelease first, JsRelease second)
    {
        await using var alice = await JsClient.CreateAsync(first, node.Endpoint);
        await using var bob = await JsClient.CreateAsync(second, node.Endpoint);
        Assert.True(await alice.CanMessageAsync(bob.Address));
        Assert.True(await bob.CanMessageAsync(alice.Address));

        var toBob = await alice.NewConversationAsync(bob.Address);
        await alice.SendAsync(toBob, "first");
        var toAlice = Assert.Single(await bob.ConversationsAsync(), conversation => conversation.Peer == alice.Address);
        await bob.SendAsync(toAlice, "answer");

        if (toBob.Topic is not null && toAlice.Topic is not null)
            Assert.Equal(toBob.Topic, toAlice.Topic);
        foreach (var messages in new[] { await alice.MessagesAsync(toBob), await bob.MessagesAsync(toAlice) })
        {
            Assert.Equal(["first", "answer"], messages.Select(message => message.Text));
            Assert.Equal([alice.Address, bob.Address], messages.Select(message => message.Sender));
            Assert.All(messages, message => Assert.Null(message.Error));
        }
    }

    [Theory]
    [InlineData(JsRelease.V13, JsRelease.V13)]
    [InlineData(JsRelease.V6, JsRelease.V6)]
    [InlineData(JsRelease.V6, JsRelease.V13)]
    [InlineData(JsRelease.V13, JsRelease.V6)]
    [InlineData(JsRelease.V13Grpc, JsRelease.V13)]
    public async Task StreamAllMessages_OnAConversationThatStarts_BringsFirstMessageAndReplies(JsRelease sender, JsRelease receiver)
    {
        await using var alice = await JsClient.CreateAsync(sender, node.Endpoint);
        await using var bob = await JsClient.CreateAsync(receiver, node.Endpoint);
        var stream = await bob.StreamAllMessagesAsync();

        var conversation = await alice.NewConversationAsync(bob.Address);
        await alice.SendAsync(conversation, "one");
        var one = await stream.NextAsync();
        await bob.ListensToAsync(conversation.Topic ?? Topic.DirectMessageV1(alice.Address, bob.Address).Value);
        await alice.SendAsync(conversation, "two");
        await alice.SendAsync(conversation, "three");

        Assert.Equal(("one", alice.Address), (one.Text, one.Sender));
        Assert.Equal("two", (await stream.NextAsync()).Text);
        Assert.Equal("three", (await stream.NextAsync()).Text);
    }

    [Fact]
    public async Task StreamAllMessages_OverGrpc_BringsMessagesInOrder()
    {
        await using var alice = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        await using var bob = await JsClient.CreateAsync(JsRelease.V13Grpc, node.Endpoint);
        var conversation = await alice.NewConversationAsync(bob.Address);
        await bob.ConversationsAsync();
        var stream = await bob.StreamAllMessagesAsync();

        // Nothing tells from outside when a gRPC stream stands: repeat until one message comes through.
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var sent = 0;
        var first = stream.NextAsync();
        while (!first.IsCompleted)
        {
            await alice.SendAsync(conversation, Name(sent++));
            await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        var firstNumber = int.Parse((await first).Text!, System.Globalization.CultureInfo.InvariantCulture);
        await alice.SendAsync(conversation, Name(sent++));
        for (var number = firstNumber + 1; number < sent; number++)
            Assert.Equal(Name(number), (await stream.NextAsync()).Text);

        static string Name(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(JsRelease.V13)]
    [InlineData(JsRelease.V6)]
    [InlineData(JsRelease.V13Grpc)]
    public async Task MessagesPaginated_OverSeveralPages_BringsEachMessageOnce(JsRelease release)
    {
        await using var alice = await JsClient.CreateAsync(release, node.Endpoint);
        await using var bob = await JsClient.CreateAsync(release, node.Endpoint);
        var conversation = await alice.NewConversationAsync(bob.Address);
        var texts = Enumerable.Range(0, 13).Select(number => $"message {number}").ToArray();
        var start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000).ToUnixTimeMilliseconds();
        for (var number = 0; number < texts.Length; number++)
            await alice.SendAsync(conversation, texts[number], new JsSendOptions(Timestamp: start + (number / 2)));

        var ascending = await bob.PagesAsync(conversation with { Peer = alice.Address }, 5, "ascending");
        var descending = await bob.PagesAsync(conversation with { Peer = alice.Address }, 5, "descending");

        Assert.Equal([5, 5, 3], ascending.Select(page => page.Length));
        Assert.Equal([5, 5, 3], descending.Select(page => page.Length));
        Assert.Equal(texts.Order(), ascending.SelectMany(page => page).Select(message => message.Text).Order());
        Assert.Equal(ascending.SelectMany(page => page).Select(message => message.Id), descending.SelectMany(page => page).Select(message => message.Id).Reverse());
    }

    [Fact]
    public async Task Consent_PublishedByOneDevice_IsReadByAnother()
    {
        await using var alice = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        await using var bob = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        await alice.DenyAsync(bob.Address);
        await alice.AllowInboxesAsync("inbox");

        await using var otherDevice = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint, alice.PrivateKey);
        var consent = await otherDevice.RefreshConsentAsync();

        Assert.Equal("denied", consent[$"address-{bob.Address}"]);
        Assert.Equal("allowed", consent["inboxId-inbox"]);
        Assert.Equal("denied", await otherDevice.ConsentStateAsync(bob.Address));
    }

    [Theory]
    [InlineData(JsRelease.V6)]
    [InlineData(JsRelease.V13)]
    public async Task Create_WalletThatHasAnIdentity_LoadsItFromTheNode(JsRelease release)
    {
        await using var first = await JsClient.CreateAsync(release, node.Endpoint);
        await using var second = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint, first.PrivateKey);

        Assert.Equal(await first.ExportKeysAsync(), await second.ExportKeysAsync());
    }

    [Fact]
    public async Task Ephemeral_MessageSent_IsStreamedAndNotStored()
    {
        await using var alice = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        await using var bob = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        var conversation = await alice.NewConversationAsync(bob.Address);
        var received = Assert.Single(await bob.ConversationsAsync());
        var stream = await bob.StreamEphemeralAsync(received);

        await alice.SendAsync(conversation, "typing", new JsSendOptions(Ephemeral: true));

        Assert.Equal("typing", (await stream.NextAsync()).Text);
        Assert.Empty(await bob.MessagesAsync(received));
    }
}
