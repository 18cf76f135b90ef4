using Xmtp.Node.Core.RateLimits;
using Xmtp.Node.Options;

namespace Xmtp.Node.Calls;

/// <summary>The rate limits in force. They can be replaced while the node runs; clients keep what they have left, up to the new capacity.</summary>
internal sealed class LiveRateLimits
{
    private volatile RateLimitSettings _current;

    public LiveRateLimits(RateLimitSettings settings, TimeProvider time)
    {
        _current = settings;
        Limiter = new RateLimiter(OptionsOf(settings), time);
    }

    /// <summary>Counts.</summary>
    public RateLimiter Limiter { get; }

    /// <summary>What is in force.</summary>
    public RateLimitSettings Current
    {
        get => _current;
        set
        {
            Limiter.Options = OptionsOf(value);
            _current = value;
        }
    }

    private static RateLimiterOptions OptionsOf(RateLimitSettings settings)
    {
        var defaults = new RateLimiterOptions();
        return defaults with
        {
            Default = defaults.Default with { PerMinute = settings.RequestsPerMinute, Capacity = settings.RequestsCapacity },
            Publish = defaults.Publish with { PerMinute = settings.PublishesPerMinute, Capacity = settings.PublishesCapacity },
        };
    }
}
