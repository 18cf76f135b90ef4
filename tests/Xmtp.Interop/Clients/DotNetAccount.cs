using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.Client.Diagnostics;
using Xmtp.Client.Streams;
using Xmtp.Client.Transport;
using Xmtp.ContentTypes;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Interop.JavaScript;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Interop.Clients;

/// <summary>This SDK's client against the node under test, and the short ways the tests need.</summary>
internal sealed class DotNetAccount : IAsyncDisposable
{
    private DotNetAccount(XmtpClient client, string privateKey) => (Client, PrivateKey) = (client, privateKey);

    public XmtpClient Client { get; }

    /// <summary>The wallet's key as 64 hexadecimal digits.</summary>
    public string PrivateKey { get; }

    public string Address => Client.Address.ToString();

    /// <param name="endpoint">Null for the address that the client has built in.</param>
    /// <param name="privateKey">The wallet's key as 64 hexadecimal digits; null for a new one.</param>
    /// <param name="configure">Changes the client's options.</param>
    public static async Task<DotNetAccount> CreateAsync(
        NodeEndpoint? endpoint, string? privateKey = null, Func<XmtpClientOptions, XmtpClientOptions>? configure = null)
    {
        privateKey ??= Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        using var wallet = new PrivateKeyWallet(Convert.FromHexString(privateKey), CryptoProvider.Default);
        var options = Options(endpoint);
        return new DotNetAccount(await XmtpClient.CreateAsync(wallet, configure?.Invoke(options) ?? options, TestContext.Current.CancellationToken), privateKey);
    }

    /// <summary>Opens an account from exported keys alone.</summary>
    public static async Task<DotNetAccount> OpenAsync(NodeEndpoint endpoint, byte[] keys, string privateKey) =>
        new(await XmtpClient.OpenAsync(keys, Options(endpoint), TestContext.Current.CancellationToken), privateKey);

    public Task<Conversation> NewConversationAsync(string peer, NewConversationOptions? options = null) =>
        Client.Conversations.NewConversationAsync(peer, options, TestContext.Current.CancellationToken);

    /// <summary>The only conversation with a peer, read from the node.</summary>
    public async Task<Conversation> ConversationWithAsync(string peer) => Assert.Single(
        await Client.Conversations.ListAsync(cancellationToken: TestContext.Current.CancellationToken),
        conversation => conversation.Peer.ToString() == peer);

    public static async Task<List<DecodedMessage>> MessagesAsync(Conversation conversation, ListMessagesOptions? options = null)
    {
        var messages = new List<DecodedMessage>();
        await foreach (var message in conversation.ListMessagesAsync(options, TestContext.Current.CancellationToken))
            messages.Add(message);
        return messages;
    }

    /// <summary>What the node has on a topic, one page, oldest first.</summary>
    public static async Task<IReadOnlyList<Envelope>> EnvelopesAsync(NodeEndpoint endpoint, Topic topic)
    {
        await using var transport = new GrpcTransport(new Uri($"http://{endpoint.Grpc}"));
        var request = new QueryRequest { ContentTopics = { topic.Value }, PagingInfo = new PagingInfo { Direction = SortDirection.Ascending } };
        return (await transport.QueryAsync(request, TestContext.Current.CancellationToken)).Envelopes;
    }

    public static async Task<T> NextAsync<T>(IAsyncEnumerator<T> items)
    {
        Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(JsProcess.Patience, TestContext.Current.CancellationToken), "The stream has ended.");
        return items.Current;
    }

    public Task<LiveStream<DecodedMessage>> StreamAllMessagesAsync() =>
        Client.Conversations.StreamAllMessagesAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => Client.DisposeAsync();

    private static XmtpClientOptions Options(NodeEndpoint? endpoint)
    {
        // Nothing may be dropped here; when a test misses a message, its output tells why.
        var options = new XmtpClientOptions
        {
            Dropped = new ToOutput(TestContext.Current.TestOutputHelper),
            Codecs = CodecRegistry.Default.With(new NoteCodec()),
        };
        return endpoint is null ? options : options with { Nodes = [new Uri($"http://{endpoint.Grpc}")] };
    }

    private sealed class ToOutput(ITestOutputHelper? output) : IProgress<DroppedEnvelope>
    {
        public void Report(DroppedEnvelope value) => output?.WriteLine($"dropped: {value}");
    }
}
