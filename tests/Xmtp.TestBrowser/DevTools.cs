using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Xmtp.TestBrowser;

/// <summary>Calls of the Chrome DevTools protocol: numbered JSON requests and answers on one WebSocket.</summary>
public sealed class DevTools : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> _pending = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Task _reading;
    private int _lastId;

    private DevTools(ClientWebSocket socket)
    {
        _socket = socket;
        _reading = ReadAsync();
    }

    /// <summary>What pages that had <c>Log.enable</c> called were told by the browser, such as a refused request.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>A page called a function that was given to it: its name, the text, the page's session.</summary>
    public event Action<string, string, string>? Called;

    public static async Task<DevTools> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(address, cancellationToken);
        return new DevTools(socket);
    }

    /// <summary>The answer's <c>result</c>.</summary>
    public async Task<JsonObject> CallAsync(string method, JsonObject parameters, string? session = null)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = _pending[id] = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        var request = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (session is not null) request["sessionId"] = session;
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(request), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
        }
        finally
        {
            _sending.Release();
        }

        var response = await answer.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        return response["error"] is { } error ? throw new InvalidOperationException($"{method}: {error}") : response["result"]!.AsObject();
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
        _sending.Dispose();
    }

    private async Task ReadAsync()
    {
        Exception ended = new InvalidOperationException("Chromium closed the connection.");
        try
        {
            using var message = new MemoryStream();
            var buffer = new byte[16 * 1024];
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close) break;
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage) continue;
                Handle(JsonNode.Parse(message.GetBuffer().AsSpan(0, (int)message.Length))!.AsObject());
                message.SetLength(0);
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException)
        {
            ended = failure;
        }

        foreach (var answer in _pending.Values) answer.TrySetException(ended);
    }

    private void Handle(JsonObject message)
    {
        if (message["method"]?.GetValue<string>() == "Log.entryAdded") Complaints.Enqueue(message["params"]!["entry"]!["text"]!.GetValue<string>());
        if (message["method"]?.GetValue<string>() == "Runtime.bindingCalled")
            Called?.Invoke(message["params"]!["name"]!.GetValue<string>(), message["params"]!["payload"]!.GetValue<string>(), message["sessionId"]!.GetValue<string>());
        if (message["id"]?.GetValue<int>() is { } id && _pending.TryRemove(id, out var answer)) answer.SetResult(message);
    }
}
