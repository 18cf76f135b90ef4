using System.Net;
using System.Net.Sockets;

namespace Xmtp.Cli.Tests;

/// <summary>An address where no node is.</summary>
internal static class DeadNode
{
    // Bound and not listening, for as long as the tests run: nobody else gets the port, and connections are refused.
    private static readonly Socket s_port = Bind();

    public static Uri Address { get; } = new($"http://127.0.0.1:{((IPEndPoint)s_port.LocalEndPoint!).Port}");

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
