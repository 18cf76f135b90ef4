using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Core.RateLimits;

/// <summary>A client asked for more than its bucket holds.</summary>
public sealed class RateLimitExceededException : XmtpException
{
    internal RateLimitExceededException(string message, TimeSpan? retryAfter)
        : base(ErrorCatalogue.RateLimited, message) => RetryAfter = retryAfter;

    /// <summary>When the same call will fit, if nothing else is drawn meanwhile; null when it is larger than the bucket and never will.</summary>
    public TimeSpan? RetryAfter { get; }
}
