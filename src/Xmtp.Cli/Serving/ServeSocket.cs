using System.Net.Sockets;
using Xmtp.Cli.Keys;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Serving;

/// <summary>A Unix socket that only its owner can connect to.</summary>
internal static class ServeSocket
{
    /// <summary>Binds it. Nobody can connect before somebody listens, and by then its mode is set.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ListenFailed"/>.</exception>
    public static Socket Bind(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            PrivateFile.CreateFolder(path);
            RemoveLeftOver(path);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return socket;
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (failure is SocketException or IOException or UnauthorizedAccessException or ArgumentException) throw Failed(path, failure.Message, failure);
            throw;
        }
    }

    /// <summary>A server that was killed leaves its socket behind. One that answers is another server's; what is no socket is nobody's to remove.</summary>
    private static void RemoveLeftOver(string path)
    {
        if (!File.Exists(path)) return;
        if (CanBeRead(path)) throw Failed(path, "there is a file of that name");
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }

        throw Failed(path, "another server is there");
    }

    private static bool CanBeRead(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return true;
        }
        catch (IOException)
        {
            // As sockets do.
            return false;
        }
    }

    private static XmtpException Failed(string path, string why, Exception? cause = null) => new(ErrorCatalogue.ListenFailed, $"The socket {path} cannot be used: {why}.", cause);
}
