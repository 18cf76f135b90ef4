using System.Globalization;

namespace Xmtp.TestCluster.Faults;

/// <summary>Which process has a connection, as the kernel tells under <c>/proc</c>: how a proxy learns which node dials.</summary>
internal static class SocketOwners
{
    // Columns of the tables: local and remote address, and the number of the socket.
    private const int LocalColumn = 1;
    private const int RemoteColumn = 2;
    private const int InodeColumn = 9;

    /// <summary>The process of those given whose socket is bound to a port and connected to another.</summary>
    public static int? Find(int localPort, int remotePort, IEnumerable<int> processes)
    {
        var inode = FindInode("/proc/net/tcp6", localPort, remotePort) ?? FindInode("/proc/net/tcp", localPort, remotePort);
        if (inode is null) return null;
        var name = $"socket:[{inode}]";
        foreach (var process in processes)
            if (Holds(process, name)) return process;
        return null;
    }

    private static string? FindInode(string table, int localPort, int remotePort)
    {
        var (local, remote) = (Suffix(localPort), Suffix(remotePort));
        foreach (var line in File.ReadLines(table).Skip(1))
        {
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns[LocalColumn].EndsWith(local, StringComparison.Ordinal) && columns[RemoteColumn].EndsWith(remote, StringComparison.Ordinal)) return columns[InodeColumn];
        }

        return null;
    }

    private static string Suffix(int port) => string.Create(CultureInfo.InvariantCulture, $":{port:X4}");

    private static bool Holds(int process, string socket)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{process}/fd").Any(file => new FileInfo(file).LinkTarget == socket);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process ended meanwhile.
            return false;
        }
    }
}
