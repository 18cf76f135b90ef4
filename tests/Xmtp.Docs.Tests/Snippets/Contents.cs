using System.Text;
using Xmtp.Client.Attachments;
using Xmtp.Client.Conversations;
using Xmtp.ContentTypes;

namespace Xmtp.Docs.Tests.Snippets;

public class Contents(SnippetNode snippetNode) : SnippetTest(snippetNode)
{
    [Fact]
    public async Task Send_StandardTypes_AreReadBack()
    {
        await using var client = await JoinAsync();
        await using var known = await JoinAsync();
        var (menu, cancellationToken) = (Encoding.UTF8.GetBytes("soup"), Limit);
        var conversation = await client.Conversations.NewConversationAsync(known.Address, cancellationToken: cancellationToken);
        #region snippet:send
        var question = await conversation.SendAsync("Lunch at noon?", cancellationToken);
        await conversation.SendAsync(new Attachment("menu.txt", "text/plain", menu), cancellationToken);
        await conversation.SendAsync(new Reply(question.Id.ToString(), "At one, please."), cancellationToken);
        await conversation.SendAsync(new Reaction { Reference = question.Id.ToString(), Content = "👍" }, cancellationToken);
        #endregion
        #region snippet:read
        await foreach (var message in conversation.ListMessagesAsync(cancellationToken: cancellationToken))
        {
            var line = message.Content switch
            {
                string text => text,
                Reply { Content: string text } => $"answers: {text}",
                Reaction reaction => $"reacts: {reaction.Content}",
                Attachment file => $"sends {file.SafeFileName}",
                _ => message.Fallback ?? $"[{message.ContentType}]",
            };
            Console.WriteLine(line);
        }
        #endregion
        Assert.Equal(["Lunch at noon?", "sends menu.txt", "answers: At one, please.", "reacts: 👍"], Console.Lines);
    }

    [Fact]
    public async Task SendAndRead_RemoteAttachment_ReturnTheFile()
    {
        await using var client = await JoinAsync();
        await using var known = await JoinAsync();
        var (film, storage, progress, cancellationToken) = (new byte[2_000_000], new MemoryStorage(), new Progress<long>(), Limit);
        var conversation = await client.Conversations.NewConversationAsync(known.Address, cancellationToken: cancellationToken);
        #region snippet:remote-attachment-send
        await conversation.SendRemoteAttachmentAsync(new Attachment("film.mp4", "video/mp4", film), storage, progress, cancellationToken);
        #endregion
        var message = await conversation.ListMessagesAsync(cancellationToken: cancellationToken).SingleAsync(cancellationToken);
        #region snippet:remote-attachment-read
        if (message.TryGet<RemoteAttachment>(out var remote))
        {
            var content = await storage.DownloadRemoteAttachmentAsync(remote, cancellationToken: cancellationToken);
            if (content.TryGet<Attachment>(out var file))
                Console.WriteLine($"{file.SafeFileName}: {file.Data.Length} bytes");
        }
        #endregion
        Assert.Equal(["film.mp4: 2000000 bytes"], Console.Lines);
    }

    [Fact]
    public async Task Send_Ephemeral_ReachesListenersAndIsNotStored()
    {
        await using var client = await JoinAsync();
        await using var known = await JoinAsync();
        var cancellationToken = Limit;
        var conversation = await client.Conversations.NewConversationAsync(known.Address, cancellationToken: cancellationToken);
        await using var live = await conversation.StreamEphemeralMessagesAsync(cancellationToken);
        #region snippet:ephemeral
        await conversation.SendAsync("is typing", new SendOptions { Ephemeral = true }, cancellationToken);
        #endregion
        Assert.Equal("is typing", (await live.FirstAsync(cancellationToken)).Content);
        Assert.Empty(await conversation.ListMessagesAsync(cancellationToken: cancellationToken).ToListAsync(cancellationToken));
    }

    private sealed class MemoryStorage : IAttachmentStorage
    {
        private readonly Dictionary<Uri, ReadOnlyMemory<byte>> _payloads = [];

        public Task<Uri> UploadAsync(ReadOnlyMemory<byte> payload, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
        {
            var url = new Uri($"https://files.example/{_payloads.Count}");
            _payloads[url] = payload;
            return Task.FromResult(url);
        }

        public Task<ReadOnlyMemory<byte>> DownloadAsync(Uri url, long lengthMaxBytes, IProgress<long>? progress = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(_payloads[url]);
    }
}
