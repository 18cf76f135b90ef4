namespace Xmtp.Node.Core.Membership;

/// <summary>Lets a burst through, and a steady rate after it.</summary>
internal sealed class TokenBucket(double burst, double perSecond)
{
    private double _spent;
    private TimeSpan _last;

    /// <summary>Takes tokens if there are enough.</summary>
    public bool TrySpend(TimeSpan now, double count = 1)
    {
        _spent = Math.Max(0, _spent - ((now - _last).TotalSeconds * perSecond));
        _last = now;
        if (_spent + count > burst) return false;
        _spent += count;
        return true;
    }
}
