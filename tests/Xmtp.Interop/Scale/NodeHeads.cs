using Xmtp.Protocol.Network.V1;
using Xmtp.TestCluster;
using Xmtp.TestCluster.Processes;

namespace Xmtp.Interop.Scale;

/// <summary>How far nodes have the logs of all.</summary>
internal static class NodeHeads
{
    /// <summary>Returns when another node has all that this one has now.</summary>
    public static async Task IsCoveredAsync(this ClusterNode node, ClusterNode other, TimeSpan patience)
    {
        var wanted = await ReadAsync(node);
        await Until.TrueAsync(
            async () => await ReadAsync(other) is var there && wanted.All(log => there.GetValueOrDefault(log.Key) >= log.Value), patience, $"{other.Name} to have what {node.Name} has");
    }

    private static async Task<Dictionary<LogDescriptor, ulong>> ReadAsync(ClusterNode node) =>
        (await node.Network.GetHeadsAsync(new GetHeadsRequest())).Logs.ToDictionary(log => log.Log, log => log.Watermark);
}
