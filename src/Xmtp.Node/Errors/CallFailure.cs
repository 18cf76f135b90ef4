using System.Globalization;
using Grpc.Core;
using Xmtp.Node.Calls;
using Xmtp.Node.Core;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Errors;

/// <summary>What a caller is told about a call that failed, whatever the transport.</summary>
/// <param name="Code">The kind of failure; decides status and whether to try again.</param>
/// <param name="Message">What was wrong.</param>
/// <param name="RetryAfter">How long to wait before the next try, when the node knows.</param>
/// <param name="Cause">What the operator finds in the log; never shown to the caller.</param>
internal sealed record CallFailure(ErrorCode Code, string Message, TimeSpan? RetryAfter = null, Exception? Cause = null)
{
    /// <summary>Metadata that names the entry of the catalogue, for example <c>XMTP1001</c>.</summary>
    public const string CodeKey = "xmtp-error-code";

    /// <summary>Metadata that says whether the same call may succeed later: <c>true</c> or <c>false</c>.</summary>
    public const string RetryableKey = "xmtp-retryable";

    /// <summary>Metadata that says after how many whole seconds.</summary>
    public const string RetryAfterKey = "retry-after";

    /// <summary>The gRPC status.</summary>
    public StatusCode Status => Code.Status;

    /// <summary>Whole seconds to wait, rounded up, or null.</summary>
    public string? RetryAfterSeconds => RetryAfter is { } wait
        ? Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture)
        : null;

    /// <summary>Key and value of each piece of metadata that goes with the status.</summary>
    public IEnumerable<(string Key, string Value)> Metadata()
    {
        yield return (CodeKey, Code.Id);
        yield return (RetryableKey, Code.Retryable ? "true" : "false");
        if (Cause is AcknowledgementException acknowledgement) yield return (CallMetadata.Ack, AckLevel.Format(acknowledgement.Reached));
        if (RetryAfterSeconds is { } seconds) yield return (RetryAfterKey, seconds);
    }
}
