using Xmtp.Node.Calls;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Hosting;
using Xmtp.Node.Network;
using Xmtp.Node.Options;
using Xmtp.Node.Picture;
using Xmtp.Node.Readiness;

namespace Xmtp.Node.Admin;

/// <summary>Everything that an operator can ask a node for.</summary>
internal static class AdminRoutes
{
    /// <summary>Makes the routes of one node.</summary>
    public static IReadOnlyList<AdminRoute> Create(NodeOptions options, NodeHostParts parts, NodeServices services)
    {
        var (web, work) = (parts.App.Services, new StoreWork(parts.Store as IStoreMaintenance));
        var levels = parts.Base.GetRequiredService<LogLevels>();
        var state = new NodeState(web.GetRequiredService<NodeHealth>(), parts.Drain);
        return
        [
            .. new StatusRoutes(
                options, parts, state, work, web.GetRequiredService<RunningCalls>(), web.GetRequiredService<NetworkHandle>(), web.GetRequiredService<PictureCache>(), levels).All,
            .. new DrainRoutes(parts.Drain, state).All,
            .. new StoreRoutes(parts.Messages, work, parts.Time).All,
            .. new BackupRoutes(options, parts, work).All,
            .. new TransferRoutes(options, parts, services).All,
            .. new LimitRoutes(web.GetRequiredService<LiveRateLimits>()).All,
            .. new ListRoutes(parts.Lists).All,
            .. new LevelRoutes(levels).All,
        ];
    }
}
