using Xmtp.Node.Core.Membership;

namespace Xmtp.Node.Core.Replication;

/// <summary>What one originator has used of its quota. It may overdraw by one frame and is then made to wait.</summary>
internal sealed class QuotaBucket(TimeProvider time)
{
    // A rested originator may send this many seconds' worth at once.
    private const double BurstSeconds = 10;

    private long _last = time.GetTimestamp();
    private double _entries = double.NaN;
    private double _bytes;

    /// <summary>Draws, whatever is there.</summary>
    /// <returns>How long the originator has to wait before the next frame.</returns>
    public TimeSpan Spend(NodeQuota quota, int entries, int bytes)
    {
        if (quota.IsUnlimited) return TimeSpan.Zero;
        Refill(quota);
        var forEntries = Draw(ref _entries, entries, quota.EntriesPerSecond);
        var forBytes = Draw(ref _bytes, bytes, quota.BytesPerSecond);
        return forEntries > forBytes ? forEntries : forBytes;
    }

    private void Refill(NodeQuota quota)
    {
        var elapsed = time.GetElapsedTime(_last).TotalSeconds;
        _last = time.GetTimestamp();
        if (double.IsNaN(_entries)) (_entries, _bytes) = (quota.EntriesPerSecond * BurstSeconds, quota.BytesPerSecond * BurstSeconds);
        _entries = Math.Min(_entries + elapsed * quota.EntriesPerSecond, quota.EntriesPerSecond * BurstSeconds);
        _bytes = Math.Min(_bytes + elapsed * quota.BytesPerSecond, quota.BytesPerSecond * BurstSeconds);
    }

    private static TimeSpan Draw(ref double left, int amount, double perSecond)
    {
        left -= amount;
        return left >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-left / perSecond);
    }
}
