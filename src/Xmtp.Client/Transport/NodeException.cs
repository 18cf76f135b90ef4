using Grpc.Core;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Transport;

/// <summary>A call to a node failed.</summary>
public sealed class NodeException : XmtpException
{
    /// <summary>Makes a failure of kind <paramref name="code"/>.</summary>
    /// <param name="code">An entry of <see cref="ErrorCatalogue"/>.</param>
    /// <param name="message">What was wrong, in the node's words where it said something.</param>
    /// <param name="status">Status the call ended with.</param>
    /// <param name="retryAfter">How long the node asked to wait, when it did.</param>
    /// <param name="innerException">What caused it, if anything.</param>
    public NodeException(
        ErrorCode code, string message, StatusCode status, TimeSpan? retryAfter = null, Exception? innerException = null)
        : base(code, message, innerException)
    {
        Status = status;
        RetryAfter = retryAfter;
    }

    /// <summary>Makes a failure with the usual status of its kind.</summary>
    public NodeException(ErrorCode code, string message, Exception? innerException = null)
        : this(code, message, (code ?? throw new ArgumentNullException(nameof(code))).Status, null, innerException)
    {
    }

    /// <summary>The status the call ended with.</summary>
    public StatusCode Status { get; }

    /// <summary>How long the node asked to wait before the next attempt; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>
    /// With <see cref="ErrorCatalogue.AcknowledgementNotReached"/>: how far a publish had come. What was published is stored.
    /// Null otherwise.
    /// </summary>
    public AckLevel? Reached { get; init; }
}
