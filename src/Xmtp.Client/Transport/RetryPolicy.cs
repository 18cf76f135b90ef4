namespace Xmtp.Client.Transport;

/// <summary>How calls to a node are repeated. Waits double from attempt to attempt and are jittered, so that many
/// clients that lost one node do not come back in step.</summary>
public sealed record RetryPolicy
{
    /// <summary>No repeats.</summary>
    public static RetryPolicy None { get; } = new() { RetriesMax = 0 };

    /// <summary>Repeats after the first attempt. 5, as published clients do.</summary>
    public int RetriesMax { get; init; } = 5;

    /// <summary>Wait before the first repeat.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait between two attempts, unless the node asks for more.</summary>
    public TimeSpan DelayMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait before the first repeat when the node says that the client is too fast and names no time.</summary>
    public TimeSpan RateLimitDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait a node may ask for; when it asks for more, the call fails at once and says so.</summary>
    public TimeSpan RetryAfterMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The wait before repeat number <paramref name="repeat"/>, counted from 0: between half of the doubled
    /// first delay and the whole of it.</summary>
    internal TimeSpan Delay(TimeSpan first, int repeat, double jitter)
    {
        var whole = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(repeat, 30)), DelayMax.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(whole * (0.5 + (jitter / 2)));
    }
}
