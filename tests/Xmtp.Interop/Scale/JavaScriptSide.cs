using Xmtp.Interop.JavaScript;

namespace Xmtp.Interop.Scale;

/// <summary>An unmodified published client that writes into all conversations, follows one of them and lists all.</summary>
internal sealed class JavaScriptSide : IAsyncDisposable
{
    private readonly JsClient _client;
    private readonly IReadOnlyList<JsConversation> _conversations;
    private int _repeats;

    private JavaScriptSide(Gateway gateway, JsClient client, IReadOnlyList<JsConversation> conversations) =>
        (Gateway, _client, _conversations) = (gateway, client, conversations);

    public Gateway Gateway { get; }

    public int Repeats => Volatile.Read(ref _repeats);

    public static async Task<JavaScriptSide> StartAsync(Gateway gateway, string privateKey, IReadOnlyList<string> topics)
    {
        var client = await JsClient.CreateAsync(JsRelease.V13, gateway.Endpoint, privateKey);
        var known = await client.ConversationsAsync();
        return new JavaScriptSide(gateway, client, [.. topics.Select(topic => known.Single(conversation => conversation.Topic == topic))]);
    }

    /// <summary>Sends texts of one conversation, each until its node has taken it.</summary>
    public async Task WriteAsync(IReadOnlyList<Line> lines) =>
        Interlocked.Add(ref _repeats, await _client.SendUntilTakenAsync(_conversations[lines[0].Conversation], [.. lines.Select(line => line.ToString())]));

    public Task<JsStream<JsMessage>> FollowAsync(int conversation) => _client.StreamMessagesAsync(_conversations[conversation]);

    public async Task<Line[]> ListAsync(int conversation, TimeSpan patience) =>
        [.. (await _client.TextsAsync(_conversations[conversation], patience)).Select(Line.Parse)];

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await Gateway.DisposeAsync();
    }
}
