using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Xmtp.Interop.Scale;

/// <summary>Stands between clients and a node's port, as a balancer would: it can break all connections, and lead the next ones to another node.</summary>
internal sealed class ClientProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly Task _accepting;
    private volatile int _target;

    /// <param name="target">The node's port on this machine.</param>
    public ClientProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Breaks all connections, without a good-bye.</summary>
    public void Drop()
    {
        foreach (var socket in _sockets.Keys) Break(socket);
    }

    /// <summary>Leads clients to another port from now on, also those that are connected.</summary>
    public void MoveTo(int target)
    {
        _target = target;
        Drop();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Drop();
        await _accepting;
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptSocketAsync(_stop.Token);
                _ = Task.Run(() => ServeAsync(near));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }

    private async Task ServeAsync(Socket near)
    {
        var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _sockets[near] = _sockets[far] = near.NoDelay = far.NoDelay = true;
            await far.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            await Task.WhenAny(CopyAsync(near, far), CopyAsync(far, near));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Nobody answers there, or it was dropped meanwhile.
        }
        finally
        {
            Break(near);
            Break(far);
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is var count and > 0)
                for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _stop.Token);
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Either side has gone.
        }
    }

    private void Break(Socket socket)
    {
        if (!_sockets.TryRemove(socket, out _)) return;
        try
        {
            // A reset, not an end that could pass for a good-bye.
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It was on its way out already.
        }

        socket.Dispose();
    }
}
