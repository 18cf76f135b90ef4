namespace Xmtp.Node.Core.RateLimits;

/// <summary>Which bucket a call draws from.</summary>
public enum RateLimitKind
{
    /// <summary>Queries and opened streams.</summary>
    Default,

    /// <summary>Publishes.</summary>
    Publish,
}
