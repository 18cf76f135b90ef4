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

    public Task<JsConversation> NewConversationAsync(
        string peer, string? conversationId = null, Dictionary<string, string>? metadata = null, JsConsentProof? consentProof = null) =>
        process.CallAsync<JsConversation>("newConversation", new { peer, conversationId, metadata, consentProof });

    /// <summary>The wallet's signature under its wish to hear from a sender.</summary>
    public async Task<JsConsentProof> SignConsentAsync(string sender, long timestamp) =>
        new(await process.CallAsync<string>("signConsent", new { sender, timestamp }), timestamp);

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

    /// <summary>Sends texts one after another, each until the node has taken it.</summary>
    /// <returns>How often one was sent again.</returns>
    public Task<int> SendUntilTakenAsync(JsConversation conversation, IReadOnlyList<string> contents) =>
        process.CallAsync<int>("sendUntilTaken", new { topic = conversation.Topic, contents });

    /// <summary>All texts of a conversation, as the client lists them.</summary>
    /// <param name="patience">How long that may take, since this client verifies each signature in JavaScript.</param>
    public Task<string[]> TextsAsync(JsConversation conversation, TimeSpan patience) =>
        process.CallAsync<string[]>("texts", new { topic = conversation.Topic }, patience);

    /// <summary>Seals a message without sending it.</summary>
    /// <returns>The id it will have, and the bytes that will be published.</returns>
    public async Task<(string Id, byte[] Envelope)> PrepareAsync(JsConversation conversation, object content)
    {
        var answer = await process.CallAsync("prepare", new { topic = conversation.Topic, content });
        return (answer.GetProperty("id").GetString()!, Bytes(answer.GetProperty("envelope")));
    }

    public Task<JsMessage> SendPreparedAsync(string id) => process.CallAsync<JsMessage>("sendPrepared", new { id });

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

    /// <summary>Whether a push server with this account's keys would take an envelope's message for one that the account sent.</summary>
    public Task<bool> IsFromSelfAsync(string topic, byte[] message) =>
        process.CallAsync<bool>("isFromSelf", new { topic, message = new { base64 = Convert.ToBase64String(message) } });

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
