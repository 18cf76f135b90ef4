using Xmtp.Node.Calls;
using Xmtp.Node.Hosting;
using Xmtp.Node.Network;
using Xmtp.Node.Options;
using Xmtp.Node.Picture;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Admin;

/// <summary>What an operator looks at.</summary>
internal sealed class StatusRoutes(
    NodeOptions options, NodeHostParts parts, NodeState state, StoreWork work, RunningCalls running, NetworkHandle network, PictureCache pictures, LogLevels levels)
{
    private readonly DateTimeOffset _started = parts.Time.GetUtcNow();
    private readonly long _startedAt = parts.Time.GetTimestamp();

    public IEnumerable<AdminRoute> All =>
    [
        new(HttpMethods.Get, "/v1/status", call => call.WriteAsync(Describe(), AdminJson.Default.NodeStatus)),
        new(HttpMethods.Get, "/v1/network", async call => await PicturePage.WriteAsync(call.Context, await pictures.GetDetailedAsync(call.Token).ConfigureAwait(false)).ConfigureAwait(false)),
    ];

    private NodeStatus Describe()
    {
        var logs = parts.Messages.GetHeads().Logs;
        var isOnDisk = work.Location is not null;
        return new NodeStatus(
            parts.Key.Id.ToString(), options.Network.Name, NodeSoftware.Name, state.Current, PictureMaker.Text(_started),
            (long)parts.Time.GetElapsedTime(_startedAt).TotalSeconds, running.Count, parts.Messages.OpenSubscriptions,
            new StorePart(
                isOnDisk ? "rocksdb" : "memory", parts.Messages.IsStoreHealthy, parts.Messages.EstimatedEnvelopeCount, logs.Count,
                logs.Aggregate(0UL, static (sum, log) => sum + log.Watermark), isOnDisk ? work.MeasureBytes() : null, isOnDisk ? FreeBytes(work.Location!) : null),
            Count(network.Current?.GetPeers()), levels.Level.ToString().ToLowerInvariant(), work.Busy);
    }

    private static PeersPart Count(GetPeersResponse? known)
    {
        var links = known?.Peers.Select(static peer => peer.Link).ToList() ?? [];
        return new PeersPart(Math.Max(0, links.Count - 1), links.Count(static link => link == LinkState.Connected), links.Count(static link => link == LinkState.Suspect));
    }

    private static long? FreeBytes(string path)
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
