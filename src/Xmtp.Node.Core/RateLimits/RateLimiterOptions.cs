namespace Xmtp.Node.Core.RateLimits;

/// <summary>Limits of one client. The defaults are what public networks promise.</summary>
public sealed record RateLimiterOptions
{
    /// <summary>Queries and opened streams.</summary>
    public RateLimit Default { get; init; } = new(PerMinute: 4000, Capacity: 20_000, PriorityFactor: 2);

    /// <summary>Published envelopes.</summary>
    public RateLimit Publish { get; init; } = new(PerMinute: 600, Capacity: 3000, PriorityFactor: 4);

    /// <summary>A bucket nobody drew from for so long is dropped.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Time between two looks for such buckets.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Buckets held at most, about 200 bytes each. Beyond it the tenth that was idle longest goes.</summary>
    public int BucketsMax { get; init; } = 200_000;
}
