using Xmtp.Interop.JavaScript;

namespace Xmtp.Interop.Clients;

/// <summary>Published clients that move between the nodes of one network: to them it is one node.</summary>
public sealed class MovingClientTests(InteropMesh nodes)
{
    public static TheoryData<JsRelease> Releases => [JsRelease.V13, JsRelease.V13Grpc, JsRelease.V6];

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Conversation_OpenedOnOneNode_IsReadAndGoesOnOnTheOthers(JsRelease release)
    {
        await using var alice = await JsClient.CreateAsync(release, nodes[0]);
        await using var bob = await JsClient.CreateAsync(release, nodes[1]);
        await nodes.SettledAsync();
        Assert.True(await alice.CanMessageAsync(bob.Address));
        var toBob = await alice.NewConversationAsync(bob.Address);
        await alice.SendAsync(toBob, "from node 0");
        await nodes.SettledAsync();

        await using var bobMoved = await JsClient.CreateAsync(release, nodes[2], bob.PrivateKey);
        var toAlice = Assert.Single(await bobMoved.ConversationsAsync(), conversation => conversation.Peer == alice.Address);
        await bobMoved.SendAsync(toAlice, "from node 2");
        await nodes.SettledAsync();
        await using var aliceMoved = await JsClient.CreateAsync(release, nodes[1], alice.PrivateKey);
        var again = Assert.Single(await aliceMoved.ConversationsAsync(), conversation => conversation.Peer == bob.Address);
        await aliceMoved.SendAsync(again, "from node 1");
        await nodes.SettledAsync();

        string[] expected = ["from node 0", "from node 2", "from node 1"];
        foreach (var messages in new[] { await alice.MessagesAsync(toBob), await bobMoved.MessagesAsync(toAlice), await aliceMoved.MessagesAsync(again) })
        {
            Assert.Equal(expected, messages.Select(message => message.Text));
            Assert.All(messages, message => Assert.Null(message.Error));
        }
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Stream_OnEachNodeInTurn_BringsWhatIsPublishedOnAnother(JsRelease release)
    {
        await using var alice = await JsClient.CreateAsync(release, nodes[0]);
        await using var bob = await JsClient.CreateAsync(release, nodes[0]);
        var toBob = await alice.NewConversationAsync(bob.Address);
        await alice.SendAsync(toBob, "hello");
        await nodes.SettledAsync();

        for (var node = 0; node < InteropMesh.NodeCount; node++)
        {
            await using var moved = await JsClient.CreateAsync(release, nodes[node], bob.PrivateKey);
            var toAlice = Assert.Single(await moved.ConversationsAsync(), conversation => conversation.Peer == alice.Address);
            var stream = await moved.StreamMessagesAsync(toAlice);
            if (release == JsRelease.V13Grpc)
                // This client does not tell when its stream stands; the first that comes shows it.
                await SendUntilSeenAsync(alice, toBob, stream);
            await alice.SendAsync(toBob, $"to node {node}");

            JsMessage message;
            do
                message = await stream.NextAsync();
            while (message.Text == "?");
            Assert.Equal($"to node {node}", message.Text);
            await stream.StopAsync();
            await nodes.SettledAsync();
        }
    }

    private static async Task SendUntilSeenAsync(JsClient sender, JsConversation conversation, JsStream<JsMessage> stream)
    {
        var seen = stream.NextAsync();
        while (!seen.IsCompleted)
        {
            await sender.SendAsync(conversation, "?");
            await Task.WhenAny(seen, Task.Run(static () => { }));
        }

        await seen;
    }
}
