namespace Xmtp.Node.Hosting;

/// <summary>Streams of HTTP/2 that are used again. Event ids 2290 to 2299.</summary>
internal static partial class ReusedStreamsLog
{
    // Not above debug: clients that reset what they have just asked for bring it about at will.
    [LoggerMessage(2290, LogLevel.Debug, "Stream {Stream} was marked as queued before its request was handled: left so by the request before, or reset by the client already. The mark is cleared.")]
    public static partial void StreamMarkCleared(this ILogger logger, int stream);

    [LoggerMessage(2291, LogLevel.Warning, "This version of the web server is not known, so that answers which it forgets to send are not noticed: {Reason}")]
    public static partial void StreamMarkUnknown(this ILogger logger, string reason);
}
