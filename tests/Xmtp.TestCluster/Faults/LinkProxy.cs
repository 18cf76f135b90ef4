using System.Net;
using System.Net.Sockets;

namespace Xmtp.TestCluster.Faults;

/// <summary>
/// Stands before one node's network port, as a balancer would, and lets each connection feel the shape of the links with the node
/// that opened it. Bytes that a cut link swallows come when it is good again, as TCP would send them again.
/// </summary>
public sealed class LinkProxy : IAsyncDisposable
{
    private readonly int _node;
    private readonly Links _links;
    private readonly Func<int, int, int> _findSource;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    /// <param name="node">The node behind it.</param>
    /// <param name="links">The shapes.</param>
    /// <param name="findSource">Which node has a connection from the first port to the second; <see cref="Links.Outside"/> for none.</param>
    public LinkProxy(int node, Links links, Func<int, int, int> findSource)
    {
        (_node, _links, _findSource) = (node, links, findSource);
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>The port that others dial.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The node's own port; 0 while it has none.</summary>
    public int Target { get; set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                _ = Task.Run(() => ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }

    private async Task ServeAsync(Socket near)
    {
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            var source = _findSource(((IPEndPoint)near.RemoteEndPoint!).Port, Port);
            // Without both directions no connection comes about.
            await _links.WaitOpenAsync(source, _node, _stop.Token);
            await _links.WaitOpenAsync(_node, source, _stop.Token);
            near.NoDelay = far.NoDelay = true;
            await far.ConnectAsync(IPAddress.Loopback, Target, _stop.Token);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            var there = new LinkPump(_links, source, _node).RunAsync(near, far, end);
            var back = new LinkPump(_links, _node, source).RunAsync(far, near, end);
            await Task.WhenAll(there, back);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or ArgumentOutOfRangeException)
        {
            // Nobody answers there, or the proxy was stopped.
        }
        finally
        {
            near.LingerState = new LingerOption(true, 0);
            near.Dispose();
        }
    }
}
