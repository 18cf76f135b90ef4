using System.Globalization;
using Xmtp.Node.Calls;
using Xmtp.Node.Options;

namespace Xmtp.Node.Admin;

/// <summary>Rate limits.</summary>
internal sealed class LimitRoutes(LiveRateLimits limits)
{
    public IEnumerable<AdminRoute> All => [new(HttpMethods.Get, "/v1/limits", WriteAsync), new(HttpMethods.Put, "/v1/limits", ChangeAsync)];

    private Task WriteAsync(AdminCall call)
    {
        var now = limits.Current;
        return call.WriteAsync(
            new LimitsAnswer(now.Enabled, now.Loopback, now.RequestsPerMinute, now.RequestsCapacity, now.PublishesPerMinute, now.PublishesCapacity), AdminJson.Default.LimitsAnswer);
    }

    private async Task ChangeAsync(AdminCall call)
    {
        var change = await call.ReadAsync(AdminJson.Default.LimitsChange).ConfigureAwait(false);
        var before = limits.Current;
        var after = new RateLimitSettings
        {
            Enabled = change.Enabled ?? before.Enabled,
            Loopback = change.Loopback ?? before.Loopback,
            RequestsPerMinute = Positive("requestsPerMinute", change.RequestsPerMinute ?? before.RequestsPerMinute),
            RequestsCapacity = Positive("requestsCapacity", change.RequestsCapacity ?? before.RequestsCapacity),
            PublishesPerMinute = Positive("publishesPerMinute", change.PublishesPerMinute ?? before.PublishesPerMinute),
            PublishesCapacity = Positive("publishesCapacity", change.PublishesCapacity ?? before.PublishesCapacity),
        };
        limits.Current = after;
        call.Changed("the rate limits", Describe(before), Describe(after));
        await WriteAsync(call).ConfigureAwait(false);
    }

    private static int Positive(string member, int value) =>
        value >= 1 ? value : throw AdminCall.Invalid($"{member}: must be at least 1; to have no limit, set enabled to false");

    private static string Describe(RateLimitSettings limits) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(limits.Enabled ? "on" : "off")}{(limits.Loopback ? ", also for this machine" : string.Empty)}, requests {limits.RequestsPerMinute}/min and {limits.RequestsCapacity} at once, publishes {limits.PublishesPerMinute}/min and {limits.PublishesCapacity} at once");
}
