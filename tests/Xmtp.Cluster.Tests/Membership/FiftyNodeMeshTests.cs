using System.Collections.Concurrent;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Xmtp.Node.Options;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;
using Xmtp.TestCluster;
using Xmtp.TestNetwork;

namespace Xmtp.Cluster.Tests.Membership;

/// <summary>Many nodes, in this process and with stores in memory: everything else is as in a node of its own.</summary>
[Collection(nameof(FiftyNodeMeshTests))]
[CollectionDefinition(nameof(FiftyNodeMeshTests), DisableParallelization = true)]
public sealed class FiftyNodeMeshTests : IAsyncDisposable
{
    private const int NodeCount = 50;
    private const int StartsAtOnce = 4;

    // A shared build machine may be busy with other things; what was measured is printed.
    private static readonly TimeSpan s_meshMax = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("CI") == "true" ? 120 : 60);

    private readonly ConcurrentDictionary<TestNode, GrpcChannel> _nodes = new();

    [Fact]
    public async Task Start_FiftyNodesWithOneAddress_AreAFullMeshAndStayOneWithoutTheSeed()
    {
        var seed = await StartAsync();
        var bootstrap = seed.Host.NetworkAddress!;
        await Parallel.ForEachAsync(Enumerable.Range(1, NodeCount - 1), new ParallelOptions { MaxDegreeOfParallelism = StartsAtOnce }, async (_, _) => await StartAsync(bootstrap));

        var formed = await WaitMeshAsync(NodeCount);
        TestedCluster.Say($"full mesh of {NodeCount} nodes {TestedCluster.Text(formed)} after the last was ready");
        Assert.True(formed < s_meshMax, $"it took {formed}");

        var other = _nodes.Keys.First(node => node != seed);
        await seed.StopAtOnceAsync();
        var late = await StartAsync(other.Host.NetworkAddress!);
        var joined = await Until.TrueAsync(async () => await CountLinksAsync(late) == NodeCount - 1, s_meshMax, "a late node to be linked with all that live");
        TestedCluster.Say($"joined without the seed after {TestedCluster.Text(joined)}");

        await ReachesAllAsync(late, seed);
    }

    public async ValueTask DisposeAsync()
    {
        await Parallel.ForEachAsync(_nodes, static async (pair, _) =>
        {
            pair.Value.Dispose();
            await pair.Key.StopAtOnceAsync();
            await pair.Key.DisposeAsync();
        });
        GC.SuppressFinalize(this);
    }

    private async Task ReachesAllAsync(TestNode publisher, TestNode dead)
    {
        await Until.TrueAsync(() => Task.FromResult(publisher.Host.IsTakingPublishes), s_meshMax, "the late node to take publishes");
        var envelope = new Envelope { ContentTopic = "/xmtp/0/fifty/proto", TimestampNs = 1, Message = Google.Protobuf.ByteString.CopyFromUtf8("to all") };
        await Messages(publisher).PublishAsync(new PublishRequest { Envelopes = { envelope } });
        var spread = await Until.TrueAsync(
            async () => (await Task.WhenAll(_nodes.Keys.Where(node => node != dead).Select(HasItAsync))).All(static has => has), s_meshMax, "an envelope to be on all nodes");
        TestedCluster.Say($"one envelope on all nodes, and seen by queries, after {TestedCluster.Text(spread)}");
    }

    private async Task<bool> HasItAsync(TestNode node) => (await Messages(node).QueryAsync(new QueryRequest { ContentTopics = { "/xmtp/0/fifty/proto" } })).Envelopes.Count == 1;

    private MessageApi.MessageApiClient Messages(TestNode node) => new(_nodes[node]);

    private async Task<TestNode> StartAsync(params IReadOnlyList<string> bootstrap)
    {
        var node = await TestNode.StartAsync(options => options with
        {
            NetworkPort = 0,
            Store = StoreKind.Memory,
            Authentication = false,
            LogLevel = LogLevel.Warning,
            StreamDrainTime = TimeSpan.Zero,
            ShutdownTimeout = TimeSpan.FromSeconds(1),
            Network = options.Network with { Bootstrap = bootstrap, Quotas = false },
        });
        _nodes[node] = GrpcChannel.ForAddress(node.GrpcAddress);
        return node;
    }

    private Task<TimeSpan> WaitMeshAsync(int count) => Until.TrueAsync(
        async () =>
        {
            foreach (var node in _nodes.Keys)
                if (await CountLinksAsync(node) != count - 1) return false;
            return true;
        },
        2 * s_meshMax,
        async () => $"a full mesh; links: {string.Join(' ', await Task.WhenAll(_nodes.Keys.Select(CountLinksAsync)))}");

    private async Task<int> CountLinksAsync(TestNode node) =>
        (await new Bootstrap.BootstrapClient(_nodes[node]).GetPeersAsync(new GetPeersRequest())).Peers.Count(static peer => peer.Link == LinkState.Connected);
}
