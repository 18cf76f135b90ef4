using Xmtp.Protocol.Network.V1;
using Xmtp.TestCluster.Faults;

namespace Xmtp.TestCluster.Processes;

/// <summary>Nodes in processes of their own, and the links between them. Everything is gone when it is disposed, or when this process ends.</summary>
public sealed class Cluster : IAsyncDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"xmtp-cluster-{Guid.NewGuid():N}");
    private readonly Reaper _reaper;
    private readonly ClusterContext _context;
    private readonly List<ClusterNode> _nodes = [];

    private Cluster(IReadOnlyList<string> nodeOptions)
    {
        Directory.CreateDirectory(_directory);
        _reaper = new Reaper(_directory);
        _context = new ClusterContext(_directory, Links, _reaper, nodeOptions, FindSource);
    }

    /// <summary>All nodes, running or not; the index is the number.</summary>
    public IReadOnlyList<ClusterNode> Nodes
    {
        get
        {
            lock (_nodes) return [.. _nodes];
        }
    }

    /// <summary>Those that run.</summary>
    public IReadOnlyList<ClusterNode> Running => [.. Nodes.Where(static node => node.IsRunning)];

    /// <summary>What is between them.</summary>
    public Links Links { get; } = new();

    /// <summary>Starts a cluster: the first node alone, all others with its address.</summary>
    /// <param name="count">How many nodes.</param>
    /// <param name="nodeOptions">What each is told beside its addresses, in pairs of name and value. Checks and limits are off unless named here.</param>
    public static async Task<Cluster> StartAsync(int count, params IReadOnlyList<string> nodeOptions)
    {
        var off = new[] { "--authentication", "--rate-limits", "--node-quotas" }.Except(nodeOptions).SelectMany(static name => new[] { name, "off" });
        var cluster = new Cluster([.. off, .. nodeOptions]);
        try
        {
            for (var i = 0; i < count; i++) cluster.Add();
            var seed = cluster.Nodes[0];
            await seed.StartAsync();
            await Task.WhenAll(cluster.Nodes.Skip(1).Select(node => node.StartAsync(seed.NetworkAddress)));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>One more node, not started.</summary>
    public ClusterNode Add()
    {
        lock (_nodes)
        {
            var node = new ClusterNode(_context, _nodes.Count);
            _nodes.Add(node);
            return node;
        }
    }

    /// <summary>Starts a node on free ports with a copy of this node's data, key and all: a mistake that operators make.</summary>
    public ClusterNode Clone(string copy)
    {
        var clone = Add();
        DirectoryCopy.Make(copy, clone.DataDirectory);
        return clone;
    }

    /// <summary>Returns when every running node is linked with every other one.</summary>
    /// <returns>How long that took from now.</returns>
    public async Task<TimeSpan> WaitMeshAsync(TimeSpan patience)
    {
        var running = Running;
        var addresses = running.Select(static node => node.NetworkAddress).ToHashSet(StringComparer.Ordinal);
        return await Until.TrueAsync(
            async () => (await CountAsync()).All(links => links == running.Count - 1),
            patience,
            async () => $"a full mesh of {running.Count} nodes; links: {string.Join(' ', await CountAsync())}");

        Task<int[]> CountAsync() => Task.WhenAll(running.Select(node => CountLinksAsync(node, addresses)));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Links.Heal();
        foreach (var node in Nodes) await node.DisposeAsync();
        _reaper.Dispose();
    }

    private static async Task<int> CountLinksAsync(ClusterNode node, HashSet<string> addresses)
    {
        var peers = await node.Network.GetPeersAsync(new GetPeersRequest());
        return peers.Peers.Count(peer => peer.Link == LinkState.Connected && addresses.Contains(NodeRecord.Parser.ParseFrom(peer.Record.Record).NodeEndpoint));
    }

    private int FindSource(int localPort, int remotePort)
    {
        var nodes = Running.Where(static node => node.ProcessId is not null).ToDictionary(static node => node.ProcessId!.Value, static node => node.Index);
        return SocketOwners.Find(localPort, remotePort, nodes.Keys) is { } process ? nodes[process] : Links.Outside;
    }
}
