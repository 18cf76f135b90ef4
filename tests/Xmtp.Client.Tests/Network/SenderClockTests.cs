using Xmtp.Client.Network;
using Xmtp.Client.Tests.Fakes;

namespace Xmtp.Client.Tests.Network;

public sealed class SenderClockTests
{
    [Fact]
    public void Next_ClockStandsStill_GivesLaterTimesAllTheSame()
    {
        var clock = new SenderClock(TestAccount.Clock());
        var now = clock.NowNs;
        ulong[] times = [clock.NextNs(), clock.NextNs(), clock.NextMs() * 1_000_000, clock.NextNs(), clock.NextMs() * 1_000_000, clock.NextMs() * 1_000_000];
        Assert.Equal(now, times[0]);
        Assert.Equal(times.Distinct().Order(), times);
        Assert.Equal(now, clock.NowNs);
    }

    [Fact]
    public void Next_ClockMoves_GivesTheClocksTime()
    {
        var time = TestAccount.Clock();
        var clock = new SenderClock(time);
        clock.NextNs();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(clock.NowNs, clock.NextNs());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(clock.NowNs / 1_000_000, clock.NextMs());
    }
}
