using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Xmtp.Benchmarks;

/// <summary>Stands before a node's network port on loopback, so that the link can be cut and mended.</summary>
internal sealed class LinkProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private int _target;
    private volatile bool _isCut;

    public LinkProxy()
    {
        _listener.Start();
        _loop = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes passed on, both ways.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    private long _bytes;

    public void PointTo(int port) => _target = port;

    public void Cut()
    {
        _isCut = true;
        foreach (var client in _open.Keys) client.Dispose();
    }

    public void Mend() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var near = await _listener.AcceptTcpClientAsync(_stop.Token);
                if (_isCut) near.Dispose();
                else _ = ForwardAsync(near);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Over.
        }
    }

    private async Task ForwardAsync(TcpClient near)
    {
        using var far = new TcpClient();
        using (near)
        {
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, _target);
                (near.NoDelay, far.NoDelay) = (true, true);
                (_open[near], _open[far]) = (true, true);
                await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                // Cut, or nobody there.
            }
            finally
            {
                _open.TryRemove(near, out _);
                _open.TryRemove(far, out _);
            }
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[64 << 10];
        try
        {
            var (source, target) = (from.GetStream(), to.GetStream());
            while (await source.ReadAsync(buffer) is > 0 and var count)
            {
                await target.WriteAsync(buffer.AsMemory(0, count));
                Interlocked.Add(ref _bytes, count);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One end is gone; the other follows.
        }
    }
}
