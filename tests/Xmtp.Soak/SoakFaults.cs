using System.Globalization;
using Xmtp.TestCluster;
using Xmtp.TestCluster.Faults;
using Xmtp.TestCluster.Loads;
using Xmtp.TestCluster.Processes;

namespace Xmtp.Soak;

/// <summary>Everything that may happen to a cluster. Each fault is over for the nodes when it returns; links are left to be healed.</summary>
internal sealed class SoakFaults(Cluster cluster, Ledger ledger, Random random)
{
    private const int PublishedBetween = 50;

    // Below the silence after which links are given up, and above it.
    private const double HoldMinSeconds = 1;
    private const double HoldMaxSeconds = 25;

    /// <summary>Lets one happen.</summary>
    /// <returns>What it was.</returns>
    public async Task<string> RunAsync(PublishLoad load, CancellationToken cancellationToken)
    {
        await load.MoreAsync(PublishedBetween);
        switch (random.Next(10))
        {
            case 0: return await HoldAsync("halves", () => cluster.Links.Partition([.. All().Take(All().Length / 2)], [.. All().Skip(All().Length / 2)]), cancellationToken);
            case 1: return await HoldAsync("one cut off", () => CutOff(All()[0]), cancellationToken);
            case 2: return await HoldAsync("a ring of links", () => cluster.Links.Ring(All()), cancellationToken);
            case 3: return await HoldAsync("one direction dead", () => cluster.Links.SetOneWay(All()[0], All()[^1], LinkShape.Cut), cancellationToken);
            case 4: return await HoldAsync("a link of 64 kbit/s", () => cluster.Links.Set(All()[0], All()[^1], new LinkShape(BytesPerSecond: 8000)), cancellationToken);
            case 5: return await HoldAsync("500 ms and 5 % loss", () => Spoil(All()[0], new LinkShape(Latency: TimeSpan.FromMilliseconds(250), Loss: 0.05)), cancellationToken);
            case 6: return await KillAsync(load);
            case 7: return await PauseAsync(cancellationToken);
            case 8: return await RestoreAsync(load);
            default: return await ReplaceAsync(load);
        }
    }

    /// <summary>The running nodes in random order that lasts while nobody comes or goes.</summary>
    private int[] All()
    {
        int[] all = [.. cluster.Running.Select(static node => node.Index)];
        new Random(_order).Shuffle(all);
        return all;
    }

    private int _order = random.Next();

    private async Task<string> HoldAsync(string what, Action fault, CancellationToken cancellationToken)
    {
        _order = random.Next();
        fault();
        var time = TimeSpan.FromSeconds(HoldMinSeconds + (random.NextDouble() * (HoldMaxSeconds - HoldMinSeconds)));
        await Pause.ForAsync(time, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{what} for {time.TotalSeconds:0} s");
    }

    private void CutOff(int node) => cluster.Links.Partition([node], [.. All().Where(other => other != node)]);

    private void Spoil(int node, LinkShape shape)
    {
        foreach (var other in All().Where(other => other != node)) cluster.Links.Set(node, other, shape);
    }

    private async Task<string> KillAsync(PublishLoad load)
    {
        var count = random.Next(1, cluster.Running.Count);
        var victims = cluster.Running.OrderBy(_ => random.Next()).Take(count).ToList();
        await Task.WhenAll(victims.Select(static node => node.KillAsync()));

        // One that is alone acknowledges nothing to those who wait for another's disk, and that may be all of them.
        if (cluster.Running.Count > 1) await load.MoreAsync(PublishedBetween);
        foreach (var node in victims) await StartAsync(node);
        return string.Create(CultureInfo.InvariantCulture, $"{count} killed and started");
    }

    private async Task<string> PauseAsync(CancellationToken cancellationToken)
    {
        var node = Any();
        await node.PauseAsync();
        try
        {
            return await HoldAsync("one stopped", static () => { }, cancellationToken);
        }
        finally
        {
            await node.ContinueAsync();
        }
    }

    private async Task<string> RestoreAsync(PublishLoad load)
    {
        var node = Any();
        await node.KillAsync();
        var backup = node.CopyData();
        await StartAsync(node);
        await load.MoreAsync(4 * PublishedBetween);
        await node.KillAsync();
        node.RestoreData(backup);
        Directory.Delete(backup, recursive: true);
        await StartAsync(node);
        await load.MoreAsync(PublishedBetween);
        return "an old backup";
    }

    /// <summary>A store is gone for good, and another node comes in its place.</summary>
    private async Task<string> ReplaceAsync(PublishLoad load)
    {
        var node = Any();
        await node.KillAsync();
        node.DestroyData();
        ledger.StoreDestroyed(node.Index);
        await load.MoreAsync(PublishedBetween);
        await StartAsync(cluster.Add());
        return "a store destroyed, and a new node";
    }

    private ClusterNode Any() => cluster.Running[random.Next(cluster.Running.Count)];

    private Task StartAsync(ClusterNode node) => node.StartAsync(Any().NetworkAddress);
}
