using System.Globalization;

namespace Xmtp.Inbox.Conversations;

/// <summary>Times as people read them, in the device's time zone.</summary>
public sealed class Times(TimeProvider clock)
{
    /// <summary>As short as can be: the time today, the weekday this week, the day before that.</summary>
    public string Brief(DateTimeOffset time)
    {
        var (local, today) = (TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone), clock.GetLocalNow().Date);
        var format = local.Date == today ? "HH:mm" : local.Date > today.AddDays(-7) ? "ddd" : local.Year == today.Year ? "d MMM" : "d MMM yyyy";
        return local.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>The time of a day.</summary>
    public string Clock(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The day, as a heading between messages.</summary>
    public string Day(DateTimeOffset time)
    {
        var (local, today) = (TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone), clock.GetLocalNow().Date);
        return local.Date == today ? "Today" : local.Date == today.AddDays(-1) ? "Yesterday" : local.ToString("dddd, d MMMM yyyy", CultureInfo.InvariantCulture);
    }

    /// <summary>All of it.</summary>
    public string Full(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
}
