using Xmtp.TestCluster;

namespace Xmtp.Cluster.Tests.Faults;

/// <summary>Processes that die, stand still and come back while clients publish.</summary>
[Collection(nameof(NineNodes))]
public sealed class DyingNodeTests(NineNodes nodes)
{
    private const int Kills = 6;
    private const int PublishedBetween = 60;

    private static readonly TimeSpan s_standstill = TimeSpan.FromSeconds(20);

    // Needs the machine for itself: run it with --explicit on.
    [Fact(Explicit = true)]
    public async Task Publish_RandomNodesKilledAndStartedAgain_IsEverywhereInTheEnd()
    {
        await nodes.ReadyAsync();
        var seed = Random.Shared.Next();
        TestedCluster.Say($"seed {seed}");
        var random = new Random(seed);
        await using var load = nodes.Load();

        for (var i = 0; i < Kills; i++)
        {
            var victim = nodes.Cluster.Nodes[random.Next(NineNodes.NodeCount)];
            await victim.KillAsync();
            await load.MoreAsync(PublishedBetween);
            await victim.StartAsync(nodes.Cluster.Running[random.Next(nodes.Cluster.Running.Count)].NetworkAddress);
        }

        await nodes.CheckAsync($"{Kills} kills", load);
    }

    [Fact]
    public async Task Publish_NodeStandsStillForTwentySeconds_IsEverywhereInTheEnd()
    {
        await nodes.ReadyAsync();
        await using var load = nodes.Load();
        var node = nodes.Cluster.Nodes[7];

        await node.PauseAsync();
        try
        {
            await Pause.ForAsync(s_standstill, TestContext.Current.CancellationToken);
        }
        finally
        {
            await node.ContinueAsync();
        }

        await nodes.CheckAsync("one node stopped for 20 s", load);
    }
}
