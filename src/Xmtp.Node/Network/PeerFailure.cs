using System.Security.Authentication;
using Grpc.Core;
using Xmtp.Node.Core.Membership;

namespace Xmtp.Node.Network;

/// <summary>What went wrong with a connection to another node, in one kind and one line.</summary>
internal static class PeerFailure
{
    /// <summary>Whether the gRPC library, the web server or the socket throws this for a connection that broke or was abused.</summary>
    public static bool IsOne(Exception exception) =>
        exception is RpcException or IOException or InvalidOperationException or InvalidDataException or HttpRequestException or OperationCanceledException or ObjectDisposedException;

    /// <summary>The failure to throw.</summary>
    public static IOException ToIOException(Exception exception) => exception as IOException ?? new IOException(Describe(exception), exception);

    private static string Describe(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause is RpcException { Status.DebugException: { } inner } ? inner : cause.InnerException)
            if (cause is AuthenticationException or System.Net.Sockets.SocketException) return EndpointText.ToPrintable(cause.Message);
        // Its text is the other side's, and it goes into a log.
        return EndpointText.ToPrintable(exception is RpcException { Status: var status } ? $"{status.StatusCode}: {status.Detail}" : exception.Message);
    }
}
