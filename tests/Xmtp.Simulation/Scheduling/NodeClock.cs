namespace Xmtp.Simulation.Scheduling;

/// <summary>The clocks of one machine: one that only goes forward, at a speed of its own, and a calendar that can be wrong and can jump.</summary>
internal sealed class NodeClock(Scheduler scheduler, double rate) : TimeProvider
{
    // Not zero: a machine was started long before the node.
    private const long Uptime = 36_000_000_000;
    private static readonly DateTimeOffset s_beginning = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>How far the calendar is off.</summary>
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Uptime + (long)(scheduler.Now * rate);

    public override DateTimeOffset GetUtcNow() => s_beginning + new TimeSpan((long)(scheduler.Now * rate)) + Offset;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new InvalidOperationException("A simulated node has no timers: what it waits for is an event.");
}
