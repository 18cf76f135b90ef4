using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Inspection;

/// <summary>What was to be looked at is not there, or is not what it should be.</summary>
/// <param name="code">What kind.</param>
/// <param name="message">What was wrong.</param>
/// <param name="advice">What to do.</param>
internal sealed class InspectException(ErrorCode code, string message, string advice) : XmtpException(code, message)
{
    /// <summary>What to do.</summary>
    public string Advice => advice;
}
