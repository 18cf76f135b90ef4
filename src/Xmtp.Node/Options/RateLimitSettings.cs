namespace Xmtp.Node.Options;

/// <summary>
/// How much one client address may ask for. Each has two buckets, one for publishes and one for everything else,
/// that refill all the time up to their capacity. The defaults are what the network's public documentation promises.
/// </summary>
public sealed record RateLimitSettings
{
    /// <summary>Whether any limit applies.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Whether limits apply to clients on this machine too.</summary>
    public bool Loopback { get; init; }

    /// <summary>Queries and opened streams that become available again per minute.</summary>
    public int RequestsPerMinute { get; init; } = 4000;

    /// <summary>Queries and opened streams that a rested client may make at once.</summary>
    public int RequestsCapacity { get; init; } = 20_000;

    /// <summary>Published envelopes that become available again per minute.</summary>
    public int PublishesPerMinute { get; init; } = 600;

    /// <summary>Envelopes that a rested client may publish at once.</summary>
    public int PublishesCapacity { get; init; } = 3000;
}
