
namespace Xmtp.Node.Hosting;

/// <summary>The life of a node. Event ids 2220 to 2229.</summary>
internal static partial class NodeHostLog
{
    [LoggerMessage(2220, LogLevel.Information, "The node is ready: HTTP {Http}, gRPC {Grpc}, gRPC-Web {GrpcWeb}")]
    public static partial void NodeReady(this ILogger logger, Uri http, Uri grpc, Uri grpcWeb);

    [LoggerMessage(2221, LogLevel.Warning, "Authentication is off: anyone may publish to any topic.")]
    public static partial void AuthenticationOff(this ILogger logger);

    [LoggerMessage(2222, LogLevel.Information, "The node stops; {Calls} calls and {Streams} streams are open.")]
    public static partial void NodeStopping(this ILogger logger, int calls, int streams);

    [LoggerMessage(2223, LogLevel.Information, "The node has stopped.")]
    public static partial void NodeStopped(this ILogger logger);

    [LoggerMessage(2224, LogLevel.Warning, "The data directory {Path} can be read by other users of this machine; chmod 700 would end that.")]
    public static partial void DataDirectoryOpen(this ILogger logger, string path);

    [LoggerMessage(2225, LogLevel.Information, "The log level is {Level} now.")]
    public static partial void LogLevelChanged(this ILogger logger, LogLevel level);

    [LoggerMessage(2226, LogLevel.Information, "The operator's port is {Address}; its token is in {TokenFile}.")]
    public static partial void AdminReady(this ILogger logger, Uri address, string tokenFile);

    [LoggerMessage(2227, LogLevel.Information, "The node is being drained; {Calls} calls and {Streams} streams are open.")]
    public static partial void NodeDraining(this ILogger logger, int calls, int streams);

    [LoggerMessage(2228, LogLevel.Information, "The node is drained, after {Milliseconds} ms; {Calls} calls had not ended.")]
    public static partial void NodeDrained(this ILogger logger, long milliseconds, int calls);

    [LoggerMessage(2229, LogLevel.Information, "The node is back in service.")]
    public static partial void NodeResumed(this ILogger logger);
}
