using System.Security.Cryptography;
using Xmtp.Client;
using Xmtp.Client.Consent;
using Xmtp.Client.Conversations;
using Xmtp.Client.Inboxes;
using Xmtp.Client.Storage;
using Xmtp.Identity;

namespace Xmtp.Docs.Tests.Snippets;

public sealed class LocalInbox(SnippetNode snippetNode) : SnippetTest(snippetNode), IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("xmtp-docs-").FullName;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Open_StoreAndKey_NeedsNoWalletTheSecondTime()
    {
        var (options, path, secret, cancellationToken) = (Options, Path.Combine(_directory, "inbox"), RandomNumberGenerator.GetBytes(StoreKey.Length), Limit);
        using var wallet = PrivateKeyWallet.Generate();
        {
            #region snippet:inbox-open
            await using var store = await SqliteClientStore.OpenAsync(path, cancellationToken);
            using var key = new StoreKey(secret);
            var local = options with { Store = store, StoreKey = key };
            await using var client = await XmtpClient.CreateAsync(wallet, local, cancellationToken);
            #endregion
        }

        {
            await using var store = await SqliteClientStore.OpenAsync(path, cancellationToken);
            using var key = new StoreKey(secret);
            var local = options with { Nodes = [new Uri("http://127.0.0.1:1")], Store = store, StoreKey = key };
            #region snippet:inbox-reopen
            await using var client = await XmtpClient.OpenAsync(local, cancellationToken);
            #endregion
            Assert.Equal(wallet.Address, client.Address);
        }
    }

    [Fact]
    public async Task ReadSendAndStream_LocalStore_AnswersAndDelivers()
    {
        await using var client = await JoinAsync();
        await using var peer = await JoinAsync();
        var (cancellationToken, newest) = (Limit, new ListMessagesOptions { NewestFirst = true, Limit = 20 });
        var theirs = await peer.Conversations.NewConversationAsync(client.Address, cancellationToken: cancellationToken);
        await theirs.SendAsync("Lunch?", cancellationToken);
        await client.Consent.AllowAsync(peer.Address, cancellationToken);
        await client.Inbox.SyncAsync(cancellationToken);
        #region snippet:inbox-read
        await client.Inbox.StartAsync(cancellationToken);
        foreach (var item in client.Inbox.List(ConsentState.Allowed))
        {
            Console.WriteLine($"{item.Conversation.Peer}: {item.Unread} of {item.Messages} unread");
            await foreach (var message in client.Inbox.ReadMessagesAsync(item.Conversation, newest, cancellationToken))
                Console.WriteLine($"  {message.Message.Content}");
            await client.Inbox.MarkReadAsync(item.Conversation, cancellationToken);
        }
        #endregion
        Assert.Equal([$"{peer.Address}: 1 of 1 unread", "  Lunch?"], Console.Lines);
        Assert.Equal(0, client.Inbox.List()[0].Unread);

        var conversation = client.Inbox.List()[0].Conversation;
        {
            #region snippet:inbox-send
            client.Inbox.DeliveryChanged += (_, change) => Console.WriteLine($"{change.Message.Message.Content}: {change.Message.Delivery}");
            var message = await client.Inbox.SendAsync(conversation, "See you at noon", cancellationToken: cancellationToken);
            Console.WriteLine($"{message.Message.Content}: {message.Delivery}");
            #endregion
        }

        await Eventually.TrueAsync(() => Console.Lines.Count == 4, "both states are written");
        Assert.Contains("See you at noon: Queued", Console.Lines);
        Assert.Contains("See you at noon: Sent", Console.Lines);
        await RunUntilAsync(5, async () =>
        {
            #region snippet:inbox-stream
            var handled = await client.Inbox.ReadCursorAsync("printer", cancellationToken) ?? InboxCursor.Beginning;
            await foreach (var message in client.Inbox.StreamMessages(handled, cancellationToken))
            {
                if (!message.Message.IsFromSelf) Console.WriteLine($"{message.Message.Sender}: {message.Message.Content}");
                await client.Inbox.SaveCursorAsync("printer", message.Cursor, cancellationToken);
            }
            #endregion
        });
        Assert.Equal($"{peer.Address}: Lunch?", Console.Lines[^1]);
    }
}
