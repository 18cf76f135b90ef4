namespace Xmtp.Client.Network;

/// <summary>
/// Times for what this client sends: the wall clock, but never the same time twice and never back, so that what is sent
/// in one order is listed in that order. Safe for concurrent use.
/// </summary>
internal sealed class SenderClock(TimeProvider time)
{
    private readonly Lock _gate = new();
    private ulong _lastNs;

    public DateTimeOffset UtcNow => time.GetUtcNow();

    /// <summary>The clock's own time, possibly one that was given out.</summary>
    public ulong NowNs => UnixTime.ToNanoseconds(time.GetUtcNow());

    /// <summary>A time in nanoseconds, later than all before.</summary>
    public ulong NextNs()
    {
        lock (_gate) return _lastNs = Math.Max(NowNs, _lastNs + 1);
    }

    /// <summary>A time in whole milliseconds, later than all before, as V1 headers hold it.</summary>
    public ulong NextMs()
    {
        lock (_gate)
        {
            var ms = Math.Max(NowNs, _lastNs + UnixTime.NanosecondsPerMillisecond) / UnixTime.NanosecondsPerMillisecond;
            _lastNs = ms * UnixTime.NanosecondsPerMillisecond;
            return ms;
        }
    }
}
