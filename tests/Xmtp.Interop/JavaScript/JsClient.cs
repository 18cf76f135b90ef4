using System.Text.Json;

namespace Xmtp.Interop.JavaScript;

/// <summary>An unmodified published JavaScript client in a process of its own, with one wallet.</summary>
internal sealed class JsClient : IAsyncDisposable
{
    private readonly JsProcess process;

    private JsClient(JsProcess process, JsRelease release, string privateKey, string address)
    {
        this.process = process;
        Release = release;
        PrivateKey = privateKey;
        Address = address;
    }

    public JsRelease Release { get; }

    /// <summary>The wallet's key as 64 hexadecimal digits.</summary>
    public string PrivateKey { get; }

    public string Address { get; }

    /// <summary>Starts the client and lets it create or load its identity through the node.</summary>
    /// <param name="endpoint">Null for the address that the client has built in.</param>
    /// <param name="privateKey">The wallet's key as 64 hexadecimal digits; null for a new one.</param>
    /// <param name="keys">A serialised private key bundle to start from, with no wallet.</param>
    public static async Task<JsClient> CreateAsync(JsRelease release, NodeEndpoint? endpoint, string? privateKey = null, byte[]? keys = null)
    {
        privateKey ??= Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        var process = await JsProcess.StartAsync(release == JsRelease.V6 ? "v6/driver.mjs" : "v13/driver.mjs");
        try
        {
            var created = await process.CallAsync("create", new
            {
                privateKey = "0x" + privateKey,
                apiUrl = endpoint?.Http,
                grpcUrl = release == JsRelease.V13Grpc ? endpoint?.Grpc ?? "localhost:5556" : null,
                keys = keys is null ? null : new { base64 = Convert.ToBase64String(keys) },
            });
            return new JsClient(process, release, privateKey, created.GetProperty("address").GetString()!);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public Task<bool> CanMessageAsync(string address) => process.CallAsync<bool>("canMessage", new { address });

    public Task<bool[]> CanMessageAsync(string[] addresses) => process.CallAsync<bool[]>("canMessage", new { addresses });

    /// <summary>The serialised private key bundle, read back from the node with the wallet.</summary>
    public async Task<byte[]> ExportKeysAsync() => Bytes(await process.CallAsync("exportKeys"));

    public Task<JsConversation> NewConversationAsync(string peer, string? conversationId = null, Dictionary<string, string>? metadata = null) =>
        process.CallAsync<JsConversation>("newConversation", new { peer, conversationId, metadata });

    public Task<JsConversation[]> ConversationsAsync() => process.CallAsync<JsConversation[]>("conversations");

    /// <param name="options">contentType, compression, timestamp, ephemeral as the driver takes them.</param>
    public Task<JsMessage> SendAsync(JsConversation conversation, object content, JsSendOptions? options = null) =>
        process.CallAsync<JsMessage>("send", new
        {
            topic = conversation.Topic,
            peer = conversation.Peer,
            content,
            options?.ContentType,
            options?.Compression,
            options?.Timestamp,
            options?.Ephemeral,
        });

    public Task<JsMessage[]> MessagesAsync(JsConversation conversation, string? direction = null, int? limit = null, long? startTime = null, long? endTime = null) =>
        process.CallAsync<JsMessage[]>("messages", new { topic = conversation.Topic, peer = conversation.Peer, direction, limit, startTime, endTime });

    public Task<JsMessage[][]> PagesAsync(JsConversation conversation, int pageSize, string? direction = null) =>
        process.CallAsync<JsMessage[][]>("messagesPaginated", new { topic = conversation.Topic, peer = conversation.Peer, pageSize, direction });

    public Task<JsStream<JsMessage>> StreamAllMessagesAsync() => StreamAsync<JsMessage>("streamAllMessages", null, static message => message.Id);

    public Task<JsStream<JsConversation>> StreamConversationsAsync() => StreamAsync<JsConversation>("streamConversations", null);

    public Task<JsStream<JsMessage>> StreamMessagesAsync(JsConversation conversation) =>
        StreamAsync<JsMessage>("streamConversation", new { topic = conversation.Topic, peer = conversation.Peer });

    public Task<JsStream<JsMessage>> StreamEphemeralAsync(JsConversation conversation) =>
        StreamAsync<JsMessage>("streamEphemeral", new { topic = conversation.Topic });

    /// <summary>Until a subscription to the topic stands; after a first message the client opens it by itself. HTTP only.</summary>
    public Task ListensToAsync(string topic) => process.Subscriptions.WaitForTopicAsync(topic);

    public Task AllowAsync(params string[] addresses) => process.CallAsync("allow", new { addresses });

    public Task DenyAsync(params string[] addresses) => process.CallAsync("deny", new { addresses });

    public Task DenyGroupsAsync(params string[] ids) => process.CallAsync("denyGroups", new { ids });

    public Task AllowInboxesAsync(params string[] ids) => process.CallAsync("allowInboxes", new { ids });

    /// <summary>Reads the consent list from the node: state (allowed, denied) by entry, e.g. "address-0x…".</summary>
    public Task<Dictionary<string, string>> RefreshConsentAsync() => process.CallAsync<Dictionary<string, string>>("refreshConsent");

    public Task<string> ConsentStateAsync(string address) => process.CallAsync<string>("consentState", new { address });

    /// <summary>The HMAC keys for push, as the client's own structure.</summary>
    public Task<JsonElement> HmacKeysAsync() => process.CallAsync("hmacKeys");

    public ValueTask DisposeAsync() => process.DisposeAsync();

    /// <summary>Reads bytes as the drivers write them.</summary>
    public static byte[] Bytes(JsonElement json) => json.GetProperty("base64").GetBytesFromBase64();

    private async Task<JsStream<T>> StreamAsync<T>(string command, object? arguments, Func<T, string>? key = null)
    {
        var before = process.Subscriptions.Count;
        var started = await process.CallAsync(command, arguments);
        if (Release != JsRelease.V13Grpc)
            await process.Subscriptions.WaitForMoreThanAsync(before);
        return new JsStream<T>(process, started.GetProperty("stream").GetInt32(), key);
    }
}
