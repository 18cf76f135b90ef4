using Xmtp.Client.Conversations;

namespace Xmtp.Docs.Tests.Snippets;

public class Conversations(SnippetNode snippetNode) : SnippetTest(snippetNode)
{
    [Fact]
    public async Task New_WithAndWithoutId_AreTwoConversations()
    {
        await using var client = await JoinAsync();
        await using var known = await JoinAsync();
        var (peer, cancellationToken) = (known.Address, Limit);
        #region snippet:conversations
        var conversation = await client.Conversations.NewConversationAsync(peer, cancellationToken: cancellationToken);
        var order = await client.Conversations.NewConversationAsync(
            peer, new NewConversationOptions { ConversationId = "shop.example/order-17" }, cancellationToken);

        foreach (var each in await client.Conversations.ListAsync(cancellationToken: cancellationToken))
            Console.WriteLine($"{each.Version} {each.Peer} {each.ConversationId ?? "(default)"}");
        #endregion
        Assert.NotSame(conversation, order);
        Assert.Equal([$"V2 {peer} (default)", $"V2 {peer} shop.example/order-17"], Console.Lines);
    }

    [Fact]
    public async Task List_NewestFirst_ComesInThatOrder()
    {
        await using var client = await JoinAsync();
        await using var known = await JoinAsync();
        var cancellationToken = Limit;
        var conversation = await client.Conversations.NewConversationAsync(known.Address, cancellationToken: cancellationToken);
        foreach (var text in new[] { "one", "two", "three" }) await conversation.SendAsync(text, cancellationToken);
        #region snippet:list-messages
        var newest = new ListMessagesOptions { NewestFirst = true, Limit = 20 };
        await foreach (var message in conversation.ListMessagesAsync(newest, cancellationToken))
            Console.WriteLine($"{message.Sent:u} {message.Sender}: {message.Content}");
        #endregion
        Assert.Equal(["three", "two", "one"], Console.Lines.Select(line => line.Split(": ")[1]));
    }

    [Fact]
    public async Task Stream_Echo_AnswersEachMessage()
    {
        await using var client = await JoinAsync();
        await using var known = await JoinAsync();
        var cancellationToken = Limit;
        var running = RunUntilAsync(1, async () =>
        {
            #region snippet:stream
            await using var stream = await client.Conversations.StreamAllMessagesAsync(cancellationToken);
            stream.ConnectionChanged += (_, change) => Console.Error.WriteLine($"connection: {change.State}");
            await foreach (var message in stream)
            {
                if (message.IsFromSelf || !message.TryGet<string>(out var text)) continue;
                await message.Conversation.SendAsync($"You said: {text}", cancellationToken);
                Console.WriteLine($"answered {message.Sender}");
            }
            #endregion
        });
        // The stream may still be opening: what began since it was asked for belongs to it all the same.
        var conversation = await known.Conversations.NewConversationAsync(client.Address, cancellationToken: cancellationToken);
        await conversation.SendAsync("hello", cancellationToken);
        await running;
        Assert.Equal([$"answered {known.Address}"], Console.Lines);
    }

    [Fact]
    public async Task Prepare_SentTwice_IsOneMessage()
    {
        await using var client = await JoinAsync();
        await using var known = await JoinAsync();
        var cancellationToken = Limit;
        var conversation = await client.Conversations.NewConversationAsync(known.Address, cancellationToken: cancellationToken);
        #region snippet:prepare
        var prepared = await conversation.PrepareAsync("only once", cancellationToken: cancellationToken);
        Console.WriteLine(prepared.Id);
        await prepared.SendAsync(cancellationToken);
        await prepared.SendAsync(cancellationToken);
        #endregion
        Assert.Equal(prepared.Id, Assert.Single(await conversation.ListMessagesAsync(cancellationToken: cancellationToken).ToListAsync(cancellationToken)).Id);
    }
}
