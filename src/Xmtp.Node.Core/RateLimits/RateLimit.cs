namespace Xmtp.Node.Core.RateLimits;

/// <summary>One token bucket's measures.</summary>
/// <param name="PerMinute">Tokens that flow in per minute, continuously.</param>
/// <param name="Capacity">Tokens that it holds at most, and at first.</param>
/// <param name="PriorityFactor">Factor on both for clients with priority.</param>
public sealed record RateLimit(double PerMinute, double Capacity, double PriorityFactor);
