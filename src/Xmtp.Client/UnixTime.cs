namespace Xmtp.Client;

/// <summary>Times as the protocol counts them: unsigned, since 1970, in seconds, milliseconds or nanoseconds.</summary>
internal static class UnixTime
{
    public const ulong NanosecondsPerMillisecond = 1_000_000;

    private const ulong TicksMax = 3_155_378_975_999_999_999 - 621_355_968_000_000_000;

    /// <summary>Cut to 100 ns; later times than <see cref="DateTimeOffset"/> can hold become its last one.</summary>
    public static DateTimeOffset FromNanoseconds(ulong ns) => DateTimeOffset.UnixEpoch.AddTicks((long)Math.Min(ns / 100, TicksMax));

    /// <summary>Nanoseconds of a time; earlier ones than 1970 become 0.</summary>
    public static ulong ToNanoseconds(DateTimeOffset time) =>
        (ulong)Math.Max(0, (time - DateTimeOffset.UnixEpoch).Ticks) is var ticks && ticks > ulong.MaxValue / 100 ? ulong.MaxValue : ticks * 100;

    /// <summary>Nanoseconds of a millisecond time; what does not fit becomes the largest one.</summary>
    public static ulong MillisecondsToNanoseconds(ulong ms) =>
        ms > ulong.MaxValue / NanosecondsPerMillisecond ? ulong.MaxValue : ms * NanosecondsPerMillisecond;
}
