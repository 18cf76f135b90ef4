using Xmtp.Client;
using Xmtp.Client.Consent;
using Xmtp.Client.Conversations;
using Xmtp.ContentTypes;
using Xmtp.Identity;

namespace Xmtp.Docs.Tests.Snippets;

/// <summary>What stands beside the calls of the JavaScript client.</summary>
public sealed class FromJavaScript(SnippetNode snippetNode) : SnippetTest(snippetNode)
{
    [Fact]
    public async Task Create_WalletAndNode_OpensAndCloses()
    {
        using var wallet = PrivateKeyWallet.Generate();
        var (node, cancellationToken) = (Node, Limit);
        #region snippet:js-create
        await using var client = await XmtpClient.CreateAsync(wallet, new XmtpClientOptions { Nodes = [node] }, cancellationToken);
        #endregion
        Assert.Equal(wallet.Address, client.Address);
    }

    [Fact]
    public async Task Keys_ExportedAndOpened_AreTheSameAccount()
    {
        await using var given = await JoinAsync();
        var (keys, options, cancellationToken) = (given.ExportKeys(), Options, Limit);
        #region snippet:js-keys
        await using var client = await XmtpClient.OpenAsync(keys, options, cancellationToken);
        #endregion
        Assert.Equal(given.Address, client.Address);
    }

    [Fact]
    public async Task Send_TextReactionAndPrepared_ArriveOnce()
    {
        await using var client = await JoinAsync();
        await using var other = await JoinAsync();
        var (peer, cancellationToken) = (other.Address, Limit);
        #region snippet:js-send
        var reachable = await client.CanMessageAsync(peer, cancellationToken);
        var conversation = await client.Conversations.NewConversationAsync(
            peer, new NewConversationOptions { ConversationId = "shop.example/17" }, cancellationToken);
        var message = await conversation.SendAsync("gm", cancellationToken);
        await conversation.SendAsync(new Reaction { Reference = message.Id.ToString(), Content = "👍" }, cancellationToken);
        var prepared = await conversation.PrepareAsync("once", cancellationToken: cancellationToken);
        await prepared.SendAsync(cancellationToken);
        #endregion
        Assert.True(reachable);
        var theirs = (await other.Conversations.ListAsync(cancellationToken: Limit)).Single();
        Assert.Equal(["shop.example/17", "gm", "once"], await theirs.ListMessagesAsync(cancellationToken: Limit).Select(static sent => sent.Content).OfType<string>().Prepend(theirs.ConversationId!).ToListAsync(Limit));
    }

    [Fact]
    public async Task List_Conversations_PrintsTheirMessages()
    {
        await using var client = await JoinAsync();
        await using var other = await JoinAsync();
        var begun = await other.Conversations.NewConversationAsync(client.Address, cancellationToken: Limit);
        await begun.SendAsync("gm", Limit);
        var cancellationToken = Limit;
        #region snippet:js-list
        var newest = new ListMessagesOptions { Limit = 20, NewestFirst = true };
        foreach (var conversation in await client.Conversations.ListAsync(cancellationToken: cancellationToken))
            await foreach (var message in conversation.ListMessagesAsync(newest, cancellationToken))
                Console.WriteLine($"{message.Sender} {message.Content ?? message.Fallback}");
        #endregion
        Assert.Equal([$"{other.Address} gm"], Console.Lines);
    }

    [Fact]
    public async Task Stream_AllMessages_AnswersThoseOfOthers()
    {
        await using var client = await JoinAsync();
        await using var other = await JoinAsync();
        var theirs = await other.Conversations.NewConversationAsync(client.Address, cancellationToken: Limit);
        await theirs.SendAsync("one", Limit);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Limit);
        var cancellationToken = end.Token;
        await using var answers = await theirs.StreamMessagesAsync(Limit);
        var answering = AnswerAsync();
        await theirs.SendAsync("gm", Limit);
        await foreach (var answer in answers)
            if (answer.Content is "You said: gm") break;
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);

        async Task AnswerAsync()
        {
            #region snippet:js-stream
            await using var messages = await client.Conversations.StreamAllMessagesAsync(cancellationToken);
            await foreach (var message in messages)
            {
                if (message.IsFromSelf) continue;
                await message.Conversation.SendAsync($"You said: {message.Content}", cancellationToken);
            }
            #endregion
        }
    }

    [Fact]
    public async Task Consent_UnknownPeer_IsDenied()
    {
        await using var client = await JoinAsync();
        var (peer, cancellationToken) = (Stranger(), Limit);
        #region snippet:js-consent
        await client.Consent.RefreshAsync(cancellationToken: cancellationToken);
        if (client.Consent.StateOf(peer) == ConsentState.Unknown) await client.Consent.DenyAsync(peer, cancellationToken);
        #endregion
        Assert.Equal(ConsentState.Denied, client.Consent.StateOf(peer));
    }
}
