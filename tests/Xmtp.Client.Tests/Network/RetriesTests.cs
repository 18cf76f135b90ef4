using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Client.Network;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Network;

public sealed class RetriesTests
{
    private static readonly RetryPolicy Policy = new();
    private readonly FakeTimeProvider _clock = TestAccount.Clock();
    private readonly List<TimeSpan> _attempts = [];

    [Fact]
    public async Task RunAsync_PassingFailure_WaitsLongerEachTimeThenGivesUp()
    {
        var start = _clock.GetUtcNow();
        var failure = await Assert.ThrowsAsync<NodeException>(() => RunAsync(start, static _ => new NodeException(ErrorCatalogue.Unavailable, "gone")));
        Assert.Equal(ErrorCatalogue.Unavailable, failure.Code);
        Assert.Equal(Policy.RetriesMax + 1, _attempts.Count);
        for (var i = 1; i < _attempts.Count; i++)
        {
            var whole = Policy.FirstDelay * Math.Pow(2, i - 1);
            Assert.InRange(_attempts[i] - _attempts[i - 1], whole / 2, whole + TimeSpan.FromMilliseconds(10));
        }
    }

    [Fact]
    public async Task RunAsync_RateLimitedWithTime_WaitsThatLong()
    {
        var wait = TimeSpan.FromSeconds(7);
        var start = _clock.GetUtcNow();
        await RunAsync(start, attempt => attempt == 0 ? new NodeException(ErrorCatalogue.RateLimited, "slow down", StatusCode.ResourceExhausted, wait) : null);
        Assert.InRange(_attempts[1], wait, wait + TimeSpan.FromMilliseconds(10));
    }

    [Fact]
    public async Task RunAsync_RateLimitedWithoutTime_WaitsLongerThanForOtherFailures()
    {
        await RunAsync(_clock.GetUtcNow(), static attempt => attempt == 0 ? new NodeException(ErrorCatalogue.RateLimited, "slow down") : null);
        Assert.InRange(_attempts[1], Policy.RateLimitDelay / 2, Policy.RateLimitDelay + TimeSpan.FromMilliseconds(10));
    }

    [Fact]
    public async Task RunAsync_RateLimitedForLongerThanAllowed_FailsAtOnce()
    {
        var wait = Policy.RetryAfterMax + TimeSpan.FromSeconds(1);
        await Assert.ThrowsAsync<NodeException>(() => RunAsync(
            _clock.GetUtcNow(), _ => new NodeException(ErrorCatalogue.RateLimited, "slow down", StatusCode.ResourceExhausted, wait)));
        Assert.Single(_attempts);
    }

    [Fact]
    public async Task RunAsync_LastingFailure_FailsAtOnce()
    {
        await Assert.ThrowsAsync<NodeException>(() => RunAsync(_clock.GetUtcNow(), static _ => new NodeException(ErrorCatalogue.TopicRestricted, "not yours")));
        Assert.Single(_attempts);
    }

    [Fact]
    public async Task RunAsync_CancelledWhileWaiting_EndsAtOnce()
    {
        using var cancel = new CancellationTokenSource();
        var running = Retries().RunAsync<int>("Call", static _ => throw new NodeException(ErrorCatalogue.Unavailable, "gone"), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void DelayAfter_EndlessFailures_StaysBelowTheLongestDelay()
    {
        var retries = Retries();
        foreach (var repeat in new[] { 0, 10, 50, 1000, int.MaxValue })
            Assert.InRange(retries.DelayAfter(null, repeat), TimeSpan.Zero, Policy.DelayMax);
    }

    private Retries Retries() => new(Policy, _clock, new SeededRandom(7), NullLogger.Instance);

    private Task<bool> RunAsync(DateTimeOffset start, Func<int, Exception?> failure) => _clock.RunAsync(
        Retries().RunAsync(
            "Call",
            _ =>
            {
                _attempts.Add(_clock.GetUtcNow() - start);
                return failure(_attempts.Count - 1) is { } thrown ? Task.FromException<bool>(thrown) : Task.FromResult(true);
            },
            default),
        TimeSpan.FromMilliseconds(10));
}
