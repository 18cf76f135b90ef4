using System.Globalization;

namespace Xmtp.Cli.Nodes;

/// <summary>Times of records and logs, for people.</summary>
internal static class NodeTime
{
    private const long NanosecondsPerTick = 100;

    /// <summary>Nanoseconds since 1970 as a time, cut to ticks and to what a time can be.</summary>
    public static DateTimeOffset Of(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / NanosecondsPerTick);

    /// <summary>ISO 8601 in UTC; null for 0, which means never.</summary>
    public static string? Iso(long nanoseconds) => nanoseconds == 0 ? null : Of(nanoseconds).UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Nanoseconds as decimal text; null for 0, which means never.</summary>
    public static string? Decimal(long nanoseconds) => nanoseconds == 0 ? null : Whole(nanoseconds);

    /// <summary>Nanoseconds as decimal text.</summary>
    public static string Whole(long nanoseconds) => nanoseconds.ToString(CultureInfo.InvariantCulture);

    /// <summary>A length of time in its largest unit.</summary>
    public static string Span(TimeSpan span) => span.Duration() switch
    {
        { TotalSeconds: < 100 } short_ => $"{Floor(short_.TotalSeconds)} s",
        { TotalMinutes: < 100 } medium => $"{Floor(medium.TotalMinutes)} min",
        { TotalHours: < 48 } long_ => $"{Floor(long_.TotalHours)} h",
        var days => $"{Floor(days.TotalDays)} d",
    };

    private static string Floor(double number) => Math.Floor(number).ToString(CultureInfo.InvariantCulture);
}
