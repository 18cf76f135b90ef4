using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Xmtp.Node.Tests.Support;

/// <summary>A plain TCP connection, to send what no HTTP client would.</summary>
internal sealed class RawHttp : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = 16 << 10 };
    private readonly StringBuilder _received = new();

    public static async Task<RawHttp> ConnectAsync(Uri address)
    {
        var raw = new RawHttp();
        await raw._socket.ConnectAsync(address.Host, address.Port);
        return raw;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;) sent += await _socket.SendAsync(bytes.AsMemory(sent), TestContext.Current.CancellationToken);
    }

    /// <summary>Reads until <paramref name="end"/> was received and gives everything up to it; or all there was when the peer closes.</summary>
    public async Task<string> ReadUntilAsync(string end)
    {
        var searched = 0;
        while (true)
        {
            var text = _received.ToString();
            var found = text.IndexOf(end, searched, StringComparison.Ordinal);
            searched = Math.Max(0, text.Length - end.Length);
            if (found >= 0)
            {
                _received.Remove(0, found + end.Length);
                return text[..(found + end.Length)];
            }

            if (!await ReceiveAsync()) return text;
        }
    }

    /// <summary>Reads a chunked body to its end.</summary>
    public async Task<byte[]> ReadChunksAsync()
    {
        var body = new StringBuilder();
        while (true)
        {
            var head = await ReadUntilAsync("\r\n");
            var length = int.Parse(head.AsSpan().TrimEnd("\r\n"), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            while (_received.Length < length + 2) await ReceiveAsync();
            body.Append(_received.ToString(0, length));
            _received.Remove(0, length + 2);
            if (length == 0) return Encoding.Latin1.GetBytes(body.ToString());
        }
    }

    /// <summary>Whether the peer closed, after discarding whatever it still sent.</summary>
    public async Task WaitForCloseAsync()
    {
        var buffer = new byte[256 << 10];
        try
        {
            while (await _socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Reset is closed too.
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<bool> ReceiveAsync()
    {
        var buffer = new byte[256 << 10];
        var count = await _socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        // Latin-1 keeps every byte as it is, also those of compressed bodies.
        _received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        return count > 0;
    }
}
