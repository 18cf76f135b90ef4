namespace Xmtp.Testing.Tests;

/// <summary>The clock, and who moves it.</summary>
public sealed class ClockTests
{
    private static CancellationToken Token => StreamReading.Token;

    [Fact]
    public async Task GetUtcNow_ReadAgain_IsALittleLater()
    {
        var start = new DateTimeOffset(2030, 2, 3, 4, 5, 6, TimeSpan.Zero);
        await using var network = await TestNetwork.StartAsync(new TestNetworkOptions { StartTime = start }, Token);
        var first = network.Clock.GetUtcNow();
        var second = network.Clock.GetUtcNow();
        network.Clock.SetUtcNow(start.AddDays(1));

        // The node reads it too.
        Assert.InRange(first, start, start.AddSeconds(1));
        Assert.InRange(second - first, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
        Assert.InRange(network.Clock.GetUtcNow(), start.AddDays(1), start.AddDays(1).AddSeconds(1));
        Assert.Equal(TimeZoneInfo.Utc, network.Clock.LocalTimeZone);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Clock.Advance(TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Clock.SetUtcNow(start));
    }

    [Fact]
    public async Task Advance_PastATimer_RunsIt()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var began = network.Clock.GetTimestamp();
        using var timer = new CancellationTokenSource(TimeSpan.FromSeconds(10), network.Clock);
        for (var i = 0; i < 20_000; i++) network.Clock.GetUtcNow();
        network.Clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(timer.IsCancellationRequested);

        network.Clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.True(timer.IsCancellationRequested);
        Assert.Equal(TimeSpan.FromSeconds(10), network.Clock.GetElapsedTime(began));
    }

    [Fact]
    public async Task Run_OfATaskThatNeverEnds_LosesPatience()
    {
        await using var network = await TestNetwork.StartAsync(new TestNetworkOptions { Patience = TimeSpan.FromMilliseconds(50) }, Token);

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => network.RunAsync(new TaskCompletionSource().Task, cancellationToken: Token));

        Assert.Contains("although the clock moved by", failure.Message, StringComparison.Ordinal);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => network.RunUntilAsync(() => false, cancellationToken: cancelled.Token));
    }

    [Fact]
    public async Task Run_OfATaskThatFails_FailsAsTheTask()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var before = network.Clock.GetTimestamp();

        await Assert.ThrowsAsync<InvalidOperationException>(() => network.RunAsync(Task.FromException<int>(new InvalidOperationException()), cancellationToken: Token));

        Assert.Equal(before, network.Clock.GetTimestamp());
    }
}
