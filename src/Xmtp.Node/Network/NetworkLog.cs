namespace Xmtp.Node.Network;

/// <summary>The network port. Event ids 2212 to 2219.</summary>
internal static partial class NetworkLog
{
    [LoggerMessage(2212, LogLevel.Information, "This is node {Node} of network {Network}; other nodes reach it at {Endpoint}.")]
    public static partial void NodeJoins(this ILogger logger, Core.Keys.NodeId node, string network, string endpoint);

    [LoggerMessage(2213, LogLevel.Error, "{Method} for {Peer} failed.")]
    public static partial void CallOfNodeFailed(this ILogger logger, string method, string peer, Exception exception);

    [LoggerMessage(2214, LogLevel.Warning, "The nodes known before the restart could not be read from {Path}; this node joins by --bootstrap alone.")]
    public static partial void PeersUnreadable(this ILogger logger, string path, Exception? exception);

    [LoggerMessage(2215, LogLevel.Warning, "The known nodes could not be saved to {Path}.")]
    public static partial void PeersNotSaved(this ILogger logger, string path, Exception exception);

    [LoggerMessage(2216, LogLevel.Debug, "A connection from {Address} to the network port was refused: too many from there.")]
    public static partial void ConnectionRefused(this ILogger logger, string address);
}
