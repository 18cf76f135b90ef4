using Xmtp.Client.Conversations;
using Xmtp.Interop.JavaScript;

namespace Xmtp.Interop.Clients;

/// <summary>A conversation between this SDK and a published client, known to both.</summary>
internal sealed record ConversationPair(DotNetAccount Here, JsClient There, Conversation Conversation, JsConversation SeenThere) : IAsyncDisposable
{
    public static async Task<ConversationPair> CreateAsync(JsRelease release, NodeEndpoint endpoint)
    {
        var here = await DotNetAccount.CreateAsync(endpoint);
        var there = await JsClient.CreateAsync(release, endpoint);
        var conversation = await here.NewConversationAsync(there.Address);
        // A V1 conversation exists for the other side from its first message on.
        await conversation.SendAsync("hello", TestContext.Current.CancellationToken);
        return new ConversationPair(here, there, conversation, Assert.Single(await there.ConversationsAsync()));
    }

    /// <summary>Sends here and reads the same message there.</summary>
    /// <param name="error">What the other side is expected to report about the content; null for nothing.</param>
    public async Task<JsMessage> SendHereAsync<T>(T content, SendOptions? options = null, string? error = null)
        where T : notnull
    {
        var sent = await Conversation.SendAsync(content, options, TestContext.Current.CancellationToken);
        var read = Assert.Single(await There.MessagesAsync(SeenThere), message => message.Id == sent.Id.ToString());
        Assert.Equal(error, read.Error);
        return read;
    }

    /// <summary>Sends there and reads the same message here.</summary>
    public async Task<DecodedMessage> SendThereAsync(object content, string? contentType = null, JsSendOptions? options = null)
    {
        var sent = await There.SendAsync(SeenThere, content, (options ?? new JsSendOptions()) with { ContentType = contentType });
        return Assert.Single(await DotNetAccount.MessagesAsync(Conversation), message => message.Id.ToString() == sent.Id);
    }

    public async ValueTask DisposeAsync()
    {
        await There.DisposeAsync();
        await Here.DisposeAsync();
    }
}
