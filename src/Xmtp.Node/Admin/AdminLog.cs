namespace Xmtp.Node.Admin;

/// <summary>What an operator did. Event ids 2280 to 2299.</summary>
internal static partial class AdminLog
{
    [LoggerMessage(2280, LogLevel.Information, "The operator at {Address} changed {What} from {Before} to {After}.")]
    public static partial void OperatorChanged(this ILogger logger, string address, string what, string before, string after);

    [LoggerMessage(2281, LogLevel.Information, "The operator at {Address} asked for {What}.")]
    public static partial void OperatorAsked(this ILogger logger, string address, string what);

    [LoggerMessage(2282, LogLevel.Warning, "A request from {Address} to the admin port was refused: {Reason}. Others until a minute from now are not told of.")]
    public static partial void OperatorRefused(this ILogger logger, string address, string reason);

    [LoggerMessage(2283, LogLevel.Error, "The operator's request {Method} {Path} failed.")]
    public static partial void OperatorRequestFailed(this ILogger logger, string method, string path, Exception exception);

    [LoggerMessage(2284, LogLevel.Warning, "The operator's port is open to other machines, without TLS: put something in front of it that encrypts, or listen on loopback.")]
    public static partial void AdminOpen(this ILogger logger);

    [LoggerMessage(2285, LogLevel.Information, "What the operator asked for is done: {What}, {Result}.")]
    public static partial void OperatorServed(this ILogger logger, string what, string result);
}
