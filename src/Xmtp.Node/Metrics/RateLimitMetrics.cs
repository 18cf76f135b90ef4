using System.Diagnostics.Metrics;
using Xmtp.Node.Core.RateLimits;

namespace Xmtp.Node.Metrics;

/// <summary>How many buckets the rate limiter holds.</summary>
internal sealed class RateLimitMetrics : IDisposable
{
    private readonly Meter _meter;

    public RateLimitMetrics(IMeterFactory factory, RateLimiter limiter)
    {
        _meter = factory.Create(new MeterOptions("Xmtp.Node.RateLimits"));
        _meter.CreateObservableGauge("xmtp.ratelimiter.buckets", () => limiter.BucketCount, "{bucket}", "Rate limit buckets held, one per client and kind of call.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
