using Microsoft.Extensions.Time.Testing;

namespace Xmtp.Testing;

/// <summary>
/// The clock of a <see cref="TestNetwork"/>, its clients and whatever an app gives it to. Timers run only when the test moves it.
/// Each reading of the date is a millisecond later than the one before, so that what is written later has a later time, as it
/// would on a real network; that alone sets off no timer. Safe for concurrent use.
/// </summary>
public sealed class TestClock : TimeProvider
{
    private static readonly TimeSpan s_betweenReadings = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly FakeTimeProvider _timers;
    private DateTimeOffset _lastReading = DateTimeOffset.MinValue;

    internal TestClock(DateTimeOffset start) => _timers = new FakeTimeProvider(start);

    /// <summary>UTC: tests must not depend on where they run.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => _timers.TimestampFrequency;

    /// <summary>Moves the clock on and runs the timers that are due, on the calling thread.</summary>
    /// <param name="time">How far.</param>
    /// <exception cref="ArgumentOutOfRangeException">Backwards.</exception>
    public void Advance(TimeSpan time) => _timers.Advance(time);

    /// <summary>Moves the clock to a time and runs the timers that are due, on the calling thread.</summary>
    /// <param name="value">The time.</param>
    /// <exception cref="ArgumentOutOfRangeException">It has passed already.</exception>
    public void SetUtcNow(DateTimeOffset value) => _timers.SetUtcNow(value);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            var now = _timers.GetUtcNow();
            return _lastReading = now > _lastReading ? now : _lastReading + s_betweenReadings;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => _timers.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _timers.CreateTimer(callback, state, dueTime, period);
}
