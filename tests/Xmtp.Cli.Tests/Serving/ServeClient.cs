using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Xmtp.Cli.Tests.Serving;

/// <summary>A program on the server's socket, as one in any language would be.</summary>
internal sealed class ServeClient : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Queue<JsonObject> _events = new();
    private StreamReader? _reader;
    private StreamWriter? _writer;
    private int _id;

    public static async Task<ServeClient> ConnectAsync(string path)
    {
        var client = new ServeClient();
        await client._socket.ConnectAsync(new UnixDomainSocketEndPoint(path), TestContext.Current.CancellationToken);
        var stream = new NetworkStream(client._socket, ownsSocket: false);
        client._reader = new StreamReader(stream);
        client._writer = new StreamWriter(stream) { AutoFlush = true, NewLine = "\n" };
        return client;
    }

    /// <summary>Calls a method and gives its whole answer.</summary>
    public async Task<JsonObject> CallAsync(string method, string parameters = "{}")
    {
        var id = ++_id;
        await SendAsync($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""");
        while (true)
        {
            var line = await ReadAsync();
            if (line.ContainsKey("method")) _events.Enqueue(line);
            else
            {
                Assert.Equal(id, (int)line["id"]!);
                return line;
            }
        }
    }

    /// <summary>Calls a method that must succeed.</summary>
    public async Task<JsonObject> ResultAsync(string method, string parameters = "{}")
    {
        var answer = await CallAsync(method, parameters);
        Assert.True(answer.ContainsKey("result"), answer.ToJsonString());
        return answer["result"]!.AsObject();
    }

    /// <summary>The next event of a type.</summary>
    public async Task<JsonObject> EventAsync(string type)
    {
        while (true)
        {
            var next = _events.Count > 0 ? _events.Dequeue() : await ReadAsync();
            Assert.Equal("event", (string?)next["method"]);
            if ((string?)next["params"]!["type"] == type) return next["params"]!.AsObject();
        }
    }

    public Task SendAsync(string line) => _writer!.WriteLineAsync(line.AsMemory(), TestContext.Current.CancellationToken);

    public async Task<JsonObject> ReadAsync() => JsonNode.Parse(await LineAsync() ?? throw new EndOfStreamException("The server ended the connection."))!.AsObject();

    public async Task<string?> LineAsync() => await _reader!.ReadLineAsync(TestContext.Current.CancellationToken);

    /// <summary>Whether the server has ended the connection; looks without reading, and sends what means nothing.</summary>
    public bool IsCutOff() => IsCutOff(_socket);

    /// <summary>The same of any socket.</summary>
    public static bool IsCutOff(Socket socket)
    {
        try
        {
            socket.Send("\n"u8);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>Reads what is left, unseen.</summary>
    /// <returns>How many bytes there were.</returns>
    public Task<long> DrainAsync() => DrainAsync(_socket);

    /// <summary>The same of any socket.</summary>
    public static async Task<long> DrainAsync(Socket socket)
    {
        var (sum, buffer) = (0L, new byte[64 * 1024]);
        try
        {
            for (int read; (read = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken)) > 0;) sum += read;
        }
        catch (SocketException)
        {
            // It ended with a reset.
        }

        return sum;
    }

    public async ValueTask DisposeAsync()
    {
        if (_writer is not null) await _writer.DisposeAsync();
        _socket.Dispose();
    }
}
