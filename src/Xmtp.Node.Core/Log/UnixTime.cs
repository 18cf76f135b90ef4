namespace Xmtp.Node.Core.Log;

/// <summary>Nanoseconds since 1970, the unit of every stored time.</summary>
internal static class UnixTime
{
    public const long NanosecondsPerTick = 100;

    /// <summary>Fits until the year 2262.</summary>
    public static long ToUnixTimeNanoseconds(this DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * NanosecondsPerTick;
}
