using Microsoft.Extensions.Time.Testing;
using Xmtp.Node.Core.RateLimits;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Core.Tests.RateLimits;

public sealed class RateLimiterTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Spend_Defaults_AreThoseThatPublicNetworksPromise()
    {
        var limiter = new RateLimiter(time: _time);
        Assert.Equal(20_000, Drain(limiter, RateLimitKind.Default, false));
        Assert.Equal(3000, Drain(limiter, RateLimitKind.Publish, false));
        Assert.Equal(40_000, Drain(limiter, RateLimitKind.Default, true));
        Assert.Equal(12_000, Drain(limiter, RateLimitKind.Publish, true));

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(4000, Drain(limiter, RateLimitKind.Default, false));
        Assert.Equal(600, Drain(limiter, RateLimitKind.Publish, false));
        Assert.Equal(8000, Drain(limiter, RateLimitKind.Default, true));
        Assert.Equal(2400, Drain(limiter, RateLimitKind.Publish, true));
    }

    [Theory]
    [InlineData(RateLimitKind.Default, false, 20_001, "20001 exceeds rate limit R1.2.3.4DEF")]
    [InlineData(RateLimitKind.Publish, false, 3001, "3001 exceeds rate limit R1.2.3.4PUB")]
    [InlineData(RateLimitKind.Default, true, 40_001, "40001 exceeds rate limit P1.2.3.4DEF")]
    [InlineData(RateLimitKind.Publish, true, 70_000, "70000 exceeds rate limit P1.2.3.4PUB")]
    public void Spend_TooMuch_SaysSoInTheKnownWords(RateLimitKind kind, bool hasPriority, long cost, string text)
    {
        var failure = Assert.Throws<RateLimitExceededException>(() => new RateLimiter(time: _time).Spend("1.2.3.4", kind, cost, hasPriority));
        Assert.Equal(text, failure.Message);
        Assert.Equal(ErrorCatalogue.RateLimited, failure.Code);
        Assert.Null(failure.RetryAfter);
    }

    [Fact]
    public void Spend_BelowTheRateHoweverOften_IsNeverCutOff()
    {
        // 600 a minute is one every 100 ms; this client calls every 101 ms for an hour, with an empty bucket.
        var limiter = new RateLimiter(time: _time);
        Drain(limiter, RateLimitKind.Publish, false);
        for (var i = 0; i < 36_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(101));
            limiter.Spend("c", RateLimitKind.Publish, 1);
        }
    }

    [Fact]
    public void Spend_AboveTheRate_IsCutToTheRate()
    {
        var limiter = new RateLimiter(time: _time);
        Drain(limiter, RateLimitKind.Publish, false);
        var passed = 0;
        for (var i = 0; i < 6000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            if (limiter.TrySpend("c", RateLimitKind.Publish, 1, false, out _)) passed++;
        }

        Assert.InRange(passed, 599, 601);
    }

    [Fact]
    public void TrySpend_Refused_DrawsNothingAndTellsWhenItFits()
    {
        var limiter = new RateLimiter(time: _time);
        limiter.Spend("c", RateLimitKind.Publish, 2990);
        Assert.False(limiter.TrySpend("c", RateLimitKind.Publish, 50, false, out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(4), retryAfter);
        limiter.Spend("c", RateLimitKind.Publish, 10);

        Assert.False(limiter.TrySpend("c", RateLimitKind.Publish, 50, false, out retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(5), retryAfter);
        _time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
        Assert.False(limiter.TrySpend("c", RateLimitKind.Publish, 50, false, out _));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        limiter.Spend("c", RateLimitKind.Publish, 50);
    }

    [Fact]
    public void Spend_ClientKindAndPriority_EachHaveABucket()
    {
        var limiter = new RateLimiter(time: _time);
        Drain(limiter, RateLimitKind.Publish, false);
        limiter.Spend("c", RateLimitKind.Publish, 1, hasPriority: true);
        limiter.Spend("c", RateLimitKind.Default, 1);
        limiter.Spend("C", RateLimitKind.Publish, 1);
        Assert.Equal(4, limiter.BucketCount);
        limiter.Spend("new", RateLimitKind.Publish, 0);
        Assert.Equal(4, limiter.BucketCount);
    }

    [Fact]
    public void Spend_CostBeyondSixteenBits_IsNotCut()
    {
        var options = new RateLimiterOptions { Default = new RateLimit(1, 100_000, 1) };
        var limiter = new RateLimiter(options, _time);
        limiter.Spend("c", RateLimitKind.Default, 65_536);
        Assert.False(limiter.TrySpend("c", RateLimitKind.Default, 65_537, false, out _));
        Assert.False(limiter.TrySpend("c", RateLimitKind.Default, long.MaxValue, false, out _));
    }

    [Fact]
    public void Options_Replaced_CountForBucketsThatAreThere()
    {
        var limiter = new RateLimiter(new RateLimiterOptions { Default = new RateLimit(60, 10, 1) }, _time);
        limiter.Spend("c", RateLimitKind.Default, 4);
        limiter.Options = limiter.Options with { Default = new RateLimit(60, 3, 1) };
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(limiter.TrySpend("c", RateLimitKind.Default, 4, false, out var never));
        Assert.Null(never);
        Assert.True(limiter.TrySpend("c", RateLimitKind.Default, 3, false, out _));
        limiter.Options = limiter.Options with { Default = new RateLimit(600, 100, 1) };
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(limiter.TrySpend("c", RateLimitKind.Default, 10, false, out _));
    }

    [Fact]
    public void BucketCount_UnusedForAnHour_AreDropped()
    {
        var limiter = new RateLimiter(time: _time);
        limiter.Spend("idle", RateLimitKind.Default, 1);
        _time.Advance(TimeSpan.FromMinutes(59));
        limiter.Spend("busy", RateLimitKind.Default, 1);
        Assert.Equal(2, limiter.BucketCount);
        _time.Advance(TimeSpan.FromMinutes(10));
        limiter.Spend("busy", RateLimitKind.Default, 1);
        Assert.Equal(1, limiter.BucketCount);
    }

    [Fact]
    public void BucketCount_EverNewClients_StaysBounded()
    {
        var limiter = new RateLimiter(new RateLimiterOptions { BucketsMax = 100 }, _time);
        for (var i = 0; i < 5000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            limiter.Spend("client" + i, RateLimitKind.Default, 1);
            limiter.Spend("steady", RateLimitKind.Default, 1);
            Assert.InRange(limiter.BucketCount, 1, 102);
        }

        // The one that called all the time was never forgotten: 5 s brought back some 333 of the 5000 it drew.
        Assert.False(limiter.TrySpend("steady", RateLimitKind.Default, 15_500, false, out _));
        limiter.Spend("steady", RateLimitKind.Default, 15_300);
    }

    [Fact]
    public async Task Spend_FromManyThreads_GivesOutExactlyTheCapacity()
    {
        var limiter = new RateLimiter(time: _time);
        var passed = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
                if (limiter.TrySpend("c", RateLimitKind.Publish, 1, false, out var _)) Interlocked.Increment(ref passed);
        })));
        Assert.Equal(3000, passed);
    }

    private static int Drain(RateLimiter limiter, RateLimitKind kind, bool hasPriority)
    {
        var count = 0;
        while (limiter.TrySpend("c", kind, 1, hasPriority, out _)) count++;
        return count;
    }
}
