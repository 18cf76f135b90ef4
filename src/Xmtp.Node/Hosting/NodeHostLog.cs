
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
}
