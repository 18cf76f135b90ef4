using PushServer;
using PushServer.Storage;
using Xmtp.TestSupport;

namespace Xmtp.Samples.Tests.Push;

/// <summary>When the push server tries again, and when no more.</summary>
public sealed class PushRetryTests : IAsyncLifetime
{
    private static readonly TimeSpan s_wanted = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan s_step = TimeSpan.FromSeconds(1);

    private PushReceiver _receiver = null!;
    private PushReceiver _other = null!;
    private PushBench _bench = null!;

    public async ValueTask InitializeAsync()
    {
        (_receiver, _other) = (await PushReceiver.StartAsync(), await PushReceiver.StartAsync());

        // Requests last as long as they last: the clock that moves is not theirs.
        _bench = new PushBench(static store => new PushServerOptions
        {
            Store = store, Subject = "mailto:operator@example.org", AllowPrivateAddresses = true, RetryMax = TimeSpan.FromMinutes(10), GiveUpAfter = TimeSpan.FromHours(2), Timeout = TimeSpan.FromDays(1),
        });
        await _bench.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _receiver.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Theory]
    [InlineData(Target.WebPush, 429, false)]
    [InlineData(Target.WebPush, 503, true)]
    [InlineData(Target.Webhook, 503, false)]
    [InlineData(Target.Webhook, 429, true)]
    public async Task Receiver_NamingATime_IsNotAskedBefore(string kind, int status, bool asDate)
    {
        // HTTP dates have whole seconds.
        if (asDate) _bench.Time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(_bench.Time.GetUtcNow().Ticks % TimeSpan.TicksPerSecond));
        var (installation, other) = (_bench.Register(kind, _receiver.Address), _bench.Register(Target.Webhook, _other.Address));
        (_receiver.Status, _receiver.RetryAfter) = (status, asDate ? (_bench.Time.GetUtcNow() + s_wanted).ToString("R") : $"{s_wanted.TotalSeconds}");
        _bench.Add(installation);
        await PostponedAsync();
        (_receiver.Status, _receiver.RetryAfter) = (201, null);

        // What comes for another installation shows that the server has looked.
        _bench.Time.Advance(s_wanted - s_step);
        _bench.Add(other);
        await Eventually.TrueAsync(() => _other.Taken.Count == 1 && _bench.Outbox.CountWaiting() < 2, "the other installation's delivery");
        Assert.Equal((1, 0), (_receiver.Refused, _receiver.Taken.Count));
        Assert.InRange(_bench.Outbox.NextDue!.Value - _bench.Time.GetUtcNow(), TimeSpan.FromTicks(1), s_step * 2);
        await TakenAsync(1);
    }

    [Fact]
    public async Task Receiver_NamingATimeAfterTheDeliverysOwn_GetsTheNextInstead()
    {
        var installation = _bench.Register(Target.Webhook, _receiver.Address);
        (_receiver.Status, _receiver.RetryAfter) = (503, "86400");
        _bench.Add(installation);
        await PostponedAsync();
        _bench.Time.Advance(TimeSpan.FromHours(1));
        _bench.Add(installation);
        (_receiver.Status, _receiver.RetryAfter) = (201, null);
        _bench.Time.Advance(TimeSpan.FromHours(1));
        await TakenAsync(1);
        await Eventually.TrueAsync(() => _bench.Outbox.CountWaiting() == 0, "the outbox to be empty");
        Assert.Equal((1, 1), (_receiver.Refused, _receiver.Taken.Count));
        Assert.Contains("push_attempts_total{kind=\"webhook\",outcome=\"Expired\"} 1\n", _bench.Metrics, StringComparison.Ordinal);
        Assert.Contains("push_attempts_total{kind=\"webhook\",outcome=\"Delivered\"} 1\n", _bench.Metrics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Target.WebPush, 404)]
    [InlineData(Target.WebPush, 410)]
    [InlineData(Target.Webhook, 404)]
    [InlineData(Target.Webhook, 410)]
    public async Task Receiver_NoMore_IsRemovedWithWhatWaits(string kind, int status)
    {
        var (gone, other) = (_bench.Register(kind, _receiver.Address), _bench.Register(Target.Webhook, _other.Address));
        _receiver.Status = status;
        _bench.Add(gone);
        _bench.Add(gone);
        _bench.Add(other);
        await Eventually.TrueAsync(() => _bench.Registrations.Find(gone) is null, "the installation to be removed");
        await Eventually.TrueAsync(() => _other.Taken.Count == 1 && _bench.Outbox.CountWaiting() == 0, "the other's delivery");
        Assert.Equal(1, _receiver.Refused);
        Assert.NotNull(_bench.Registrations.Find(other));
        Assert.Contains($"push_attempts_total{{kind=\"{kind}\",outcome=\"Gone\"}} 1\n", _bench.Metrics, StringComparison.Ordinal);
    }

    // The answer has come and was written down.
    private Task PostponedAsync() => Eventually.TrueAsync(() => _bench.Outbox.NextDue > _bench.Time.GetUtcNow(), "the delivery to be postponed");

    private Task TakenAsync(int count) => Eventually.TrueAsync(
        () =>
        {
            _bench.Time.Advance(s_step);
            return _receiver.Taken.Count == count;
        },
        "the delivery");
}
