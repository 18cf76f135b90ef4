using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Xmtp.TestCluster.Processes;

/// <summary>
/// Ports for nodes that keep theirs over a restart. They lie below the range from which the kernel gives ports to connections, so
/// that none is taken while its node is away.
/// </summary>
internal static class FreePort
{
    private const int First = 10_000;
    private const int Last = 30_000;

    private static readonly ConcurrentDictionary<int, bool> s_taken = new();

    public static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Last);
            if (IsFree(port) && s_taken.TryAdd(port, true)) return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
