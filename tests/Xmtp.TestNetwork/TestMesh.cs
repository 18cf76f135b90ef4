using Grpc.Net.Client;
using Xmtp.Node.Options;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.TestNetwork;

/// <summary>Several nodes inside the test process that form one network, the first being the seed.</summary>
public sealed class TestMesh : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);

    private readonly List<TestNode> _nodes = [];

    private TestMesh()
    {
    }

    /// <summary>The nodes.</summary>
    public IReadOnlyList<TestNode> Nodes => _nodes;

    /// <summary>Starts nodes and waits until all are linked and take publishes.</summary>
    /// <param name="count">How many.</param>
    /// <param name="configure">Changes the options of each.</param>
    public static async Task<TestMesh> StartAsync(int count, Func<NodeOptions, NodeOptions>? configure = null)
    {
        var mesh = new TestMesh();
        try
        {
            for (var i = 0; i < count; i++)
            {
                IReadOnlyList<string> bootstrap = i == 0 ? [] : [mesh._nodes[0].Host.NetworkAddress!];
                mesh._nodes.Add(await TestNode.StartAsync(options =>
                {
                    options = options with { NetworkPort = 0, Network = options.Network with { Bootstrap = bootstrap, Quotas = false } };
                    return configure?.Invoke(options) ?? options;
                }));
            }

            await WaitAsync(async () => mesh._nodes.All(static node => node.Host.IsTakingPublishes) && (await mesh.AskAsync(CountLinksAsync)).All(links => links == count - 1));
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns when all nodes hold the same.</summary>
    public Task SettledAsync() => WaitAsync(async () => (await AskAsync(DescribeAsync)).Distinct(StringComparer.Ordinal).Count() == 1);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    private async Task<T[]> AskAsync<T>(Func<Bootstrap.BootstrapClient, Task<T>> ask) => await Task.WhenAll(_nodes.Select(async node =>
    {
        using var channel = GrpcChannel.ForAddress(node.GrpcAddress);
        return await ask(new Bootstrap.BootstrapClient(channel));
    }));

    private static async Task<int> CountLinksAsync(Bootstrap.BootstrapClient node) =>
        (await node.GetPeersAsync(new GetPeersRequest())).Peers.Count(static peer => peer.Link == LinkState.Connected);

    private static async Task<string> DescribeAsync(Bootstrap.BootstrapClient node) => (await node.GetHeadsAsync(new GetHeadsRequest())).ToString();

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var look = new PeriodicTimer(s_look);
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > s_patience) throw new TimeoutException("The nodes did not come together.");
            await look.WaitForNextTickAsync();
        }
    }
}
