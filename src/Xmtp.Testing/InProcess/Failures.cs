using Xmtp.Client.Transport;
using Xmtp.Node.Core;
using Xmtp.Node.Core.RateLimits;
using Xmtp.Protocol.Errors;

namespace Xmtp.Testing.InProcess;

/// <summary>What a transport says when a call fails, in the words that it has for a node behind a wire.</summary>
internal static class Failures
{
    public static NodeException Of(ErrorCode code, string detail, TimeSpan? retryAfter = null) =>
        new(code, $"{code.Name}: {detail}", code.Status, retryAfter);

    public static NodeException Of(PlannedFault fault) =>
        Of(fault.Code, fault.IsAnswerLost ? "the test lost the node's answer" : "the test lets this call fail", fault.RetryAfter);

    public static NodeException Offline() => Of(ErrorCatalogue.Unavailable, "the test took the network away");

    public static NodeException Dropped() => Of(ErrorCatalogue.Unavailable, "the test dropped the subscription");

    /// <summary>A failure of the node as its client sees it.</summary>
    public static NodeException Of(XmtpException failure) => failure switch
    {
        AcknowledgementException late => new NodeException(late.Code, late.Message, late.Code.Status, null, late)
        {
            Reached = late.Reached == 0 ? AckLevel.Local : AckLevel.Peers(late.Reached),
        },
        RateLimitExceededException limit => new NodeException(limit.Code, limit.Message, limit.Code.Status, limit.RetryAfter, limit),
        _ => new NodeException(failure.Code, $"{failure.Code.Name}: {failure.Message}", failure.Code.Status, null, failure),
    };
}
