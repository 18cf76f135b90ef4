using Grpc.Core;

namespace Xmtp.Node.Calls;

/// <summary>What is logged of a call: who, what, how it ended. Never bodies, topics or tokens. Event ids 2200 to 2209.</summary>
internal static partial class CallLog
{
    [LoggerMessage(EventId = 2200, Message = "{Method} of {Service} ended {Code} after {ElapsedMs:0.###} ms for {ClientIp} (app {App} {AppVersion}, client {Client} {ClientVersion}, libxmtp {LibxmtpVersion}) {ErrorCode} {ErrorMessage}")]
    public static partial void CallEnded(
        this ILogger logger, LogLevel level, string service, string method, StatusCode code, double elapsedMs, string clientIp,
        string app, string appVersion, string client, string clientVersion, string libxmtpVersion,
        string? errorCode, string? errorMessage, Exception? exception);
}
