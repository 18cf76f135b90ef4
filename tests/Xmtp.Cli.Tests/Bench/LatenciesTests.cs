using Xmtp.Cli.Bench;

namespace Xmtp.Cli.Tests.Bench;

public class LatenciesTests
{
    [Fact]
    public void Percentile_HundredTimes_IsTheMeasuredOne()
    {
        var times = new Latencies();
        foreach (var number in Enumerable.Range(1, 100).Reverse()) times.Add(TimeSpan.FromMilliseconds(number));
        Assert.Equal((50, 90, 99, 100), (times.Percentile(0.5), times.Percentile(0.9), times.Percentile(0.99), times.Percentile(1)));
        times.Add(TimeSpan.FromMilliseconds(0.5));
        Assert.Equal((0.5, 50), (times.Percentile(0), times.Percentile(0.5)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 7)]
    public void Percentile_FewTimes_IsOneOfThem(int count, double expected)
    {
        var times = new Latencies();
        for (var i = 0; i < count; i++) times.Add(TimeSpan.FromMilliseconds(7));
        Assert.Equal(expected, times.Percentile(0.99));
    }
}
