namespace Xmtp.Node.Core.Retention;

/// <summary>How long envelopes are kept. The time is decided once, at the append, and written into the entry.</summary>
public sealed record RetentionOptions
{
    /// <summary>Topics that begin with <c>/xmtp/</c>; null keeps them for ever.</summary>
    public TimeSpan? XmtpTopics { get; init; }

    /// <summary>All other topics; null keeps them for ever.</summary>
    public TimeSpan? OtherTopics { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Time between two rounds of removal.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Envelopes removed in one commit. Small enough that publishes hardly notice.</summary>
    public int SweepBatchMax { get; init; } = 1000;

    /// <summary>How long an envelope on a topic is kept, in nanoseconds; 0 = for ever.</summary>
    /// <param name="topic">Topic.</param>
    internal long RetentionNs(string topic) =>
        (topic.StartsWith("/xmtp/", StringComparison.Ordinal) ? XmtpTopics : OtherTopics) is { } time
            ? Math.Max(1, time.Ticks) * Log.UnixTime.NanosecondsPerTick
            : 0;
}
