using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Network;

/// <summary>Everything the running network part logs. Event ids 2300 to 2349.</summary>
internal static partial class NetworkLog
{
    [LoggerMessage(2300, LogLevel.Error, "A step of the network failed; it goes on.")]
    public static partial void StepFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2301, LogLevel.Debug, "The connection with {Address} ended: {Reason}.")]
    public static partial void SessionEnded(this ILogger logger, string address, string reason);

    [LoggerMessage(2302, LogLevel.Critical, "Another process runs with this node's key, and it was there first. This one takes no publishes and leaves the network. Give it a key of its own.")]
    public static partial void YoungerTwin(this ILogger logger);

    [LoggerMessage(2303, LogLevel.Error, "Another process runs with this node's key. It should stop by itself; give it a key of its own.")]
    public static partial void OlderTwin(this ILogger logger);

    [LoggerMessage(2304, LogLevel.Error, "The store did not keep that log {Log} is frozen; it is tried again.")]
    public static partial void FreezeFailed(this ILogger logger, LogName log, Exception exception);

    [LoggerMessage(2305, LogLevel.Warning, "The store could not make a log known; it is tried again.")]
    public static partial void AddLogFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2306, LogLevel.Warning, "This node's own log could not be begun; it is tried again.")]
    public static partial void BeginLogFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2307, LogLevel.Warning, "The records of known nodes could not be saved.")]
    public static partial void SavePeersFailed(this ILogger logger, Exception exception);
}
