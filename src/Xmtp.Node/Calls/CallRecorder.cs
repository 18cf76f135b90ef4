using Grpc.Core;
using Xmtp.Node.Errors;
using Xmtp.Node.Metrics;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Calls;

/// <summary>Counts, measures and logs calls, whatever transport they came by.</summary>
internal sealed class CallRecorder(
    NodeHostMetrics metrics, ClientVersionTable versions, ClientAddressReader addresses, RunningCalls running, TimeProvider time, ILogger<CallRecorder> logger)
{
    /// <summary>A call begins.</summary>
    /// <returns>When, for <see cref="End"/>.</returns>
    public long Begin(ApiMethod method)
    {
        if (!method.IsStream) running.Enter();
        metrics.Started(method);
        return time.GetTimestamp();
    }

    /// <summary>A call ended.</summary>
    /// <param name="method">The method.</param>
    /// <param name="context">The request.</param>
    /// <param name="begun">From <see cref="Begin"/>.</param>
    /// <param name="failure">What went wrong; null when nothing did.</param>
    public void End(ApiMethod method, HttpContext context, long begun, CallFailure? failure)
    {
        if (!method.IsStream) running.Leave();
        var client = versions.Read(context.Request.Headers);
        var elapsed = time.GetElapsedTime(begun);
        metrics.Ended(method, failure?.Status ?? StatusCode.OK, client, elapsed, failure?.Code);
        var level = Level(failure);
        if (logger.IsEnabled(level)) Log(level, method, context, client, elapsed, failure);
    }

    // Error means that somebody should look: the node or its store failed. Whatever a caller did wrong is told to the
    // caller, and to the operator only who asks for debug output; otherwise anyone could fill the log.
    private static LogLevel Level(CallFailure? failure) => failure?.Status switch
    {
        StatusCode.Internal or StatusCode.Unknown or StatusCode.DataLoss => LogLevel.Error,
        _ => LogLevel.Debug,
    };

    private void Log(LogLevel level, ApiMethod method, HttpContext context, ClientVersions client, TimeSpan elapsed, CallFailure? failure)
    {
        var address = addresses.Read(context).ToString();
        // What the message says already needs no stack trace.
        var cause = failure?.Cause is XmtpException { InnerException: null } ? null : failure?.Cause;
        logger.CallEnded(
            level, method.Service, method.Name, failure?.Status ?? StatusCode.OK, elapsed.TotalMilliseconds, address,
            client.App, client.AppVersion, client.Client, client.ClientVersion, client.LibxmtpVersion, failure?.Code.Id, failure?.Message, cause);
    }
}
