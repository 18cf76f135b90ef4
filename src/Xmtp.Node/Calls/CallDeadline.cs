using Grpc.AspNetCore.Server;
using Xmtp.Node.Gateway;

namespace Xmtp.Node.Calls;

/// <summary>How long a call may wait for something before it must answer.</summary>
internal static class CallDeadline
{
    private static readonly TimeSpan s_withoutDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_reserveMax = TimeSpan.FromMilliseconds(500);

    /// <summary>The caller's time that is left, less what the answer needs to reach it; ten seconds for one that set no deadline.</summary>
    public static TimeSpan Patience(HttpContext context, TimeProvider time)
    {
        if (At(context) is not { } deadline) return s_withoutDeadline;
        var left = deadline - time.GetUtcNow().UtcDateTime;
        if (left <= TimeSpan.Zero) return TimeSpan.Zero;
        var reserve = left / 10;
        return left - (reserve < s_reserveMax ? reserve : s_reserveMax);
    }

    private static DateTime? At(HttpContext context) => context.Features.Get<IServerCallContextFeature>() is { } feature
        ? feature.ServerCallContext.Deadline is var deadline && deadline == DateTime.MaxValue ? null : deadline
        : context.Features.Get<GatewayDeadline>()?.At;
}
