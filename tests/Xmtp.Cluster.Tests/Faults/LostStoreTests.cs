using Xmtp.Node.Backup;
using Xmtp.TestCluster;
using Xmtp.TestCluster.Loads;

namespace Xmtp.Cluster.Tests.Faults;

/// <summary>Stores that are put back from old backups, and stores that are gone for good.</summary>
public sealed class LostStoreTests(FourNodes nodes) : IClassFixture<FourNodes>
{
    private const int PublishedBetween = 150;

    /// <summary>Beyond this nodes read logs in bulk, over connections of their own.</summary>
    private const int ManyEntries = 30_000;

    private static readonly TimeSpan s_catchUpMax = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Start_FromAnOldBackupUnderLoad_ReusesNoNumberAndLosesNothing()
    {
        await nodes.ReadyAsync();
        var node = nodes.Cluster.Nodes[1];
        await using var load = nodes.Load();
        await load.MoreAsync(PublishedBetween);
        await node.KillAsync();
        var backup = node.CopyData();
        await node.StartAsync(nodes.Cluster.Nodes[0].NetworkAddress);
        await load.MoreAsync(2 * PublishedBetween);
        await node.KillAsync();
        node.RestoreData(backup);

        await node.StartAsync(nodes.Cluster.Nodes[0].NetworkAddress);
        await load.MoreAsync(PublishedBetween);

        await nodes.CheckAsync("an old backup", load);
    }

    [Fact]
    public async Task Start_FromABackupOfTheRunningNode_ReusesNoNumberAndLosesNothing()
    {
        await nodes.ReadyAsync();
        var node = nodes.Cluster.Nodes[1];
        var (archive, key) = ($"{node.DataDirectory}.tar", $"{node.DataDirectory}.key");
        await using var load = nodes.Load();
        await load.MoreAsync(PublishedBetween);
        await node.BackUpAsync(archive);
        await load.MoreAsync(2 * PublishedBetween);
        await node.KillAsync();
        File.Copy(Path.Combine(node.DataDirectory, "node.key"), key);
        node.DestroyData();

        BackupManifest manifest;
        await using (var stream = File.OpenRead(archive)) manifest = await BackupRestorer.RunAsync(stream, node.DataDirectory, key, null, TestContext.Current.CancellationToken);
        var had = manifest.Logs.Where(static log => log.Own).Max(static log => log.Entries);
        Assert.True(had > 0);
        await node.StartAsync(nodes.Cluster.Nodes[0].NetworkAddress);
        await load.MoreAsync(PublishedBetween);

        var report = await nodes.CheckAsync("a backup of the running node", load);
        Assert.True(report.Entries > manifest.Logs.Sum(static log => (long)log.Entries));
        Assert.Equal(manifest.Node, node.ReadId().ToString());
    }

    [Fact]
    public async Task Start_FromAnOldBackupAndCutOff_BeginsANewLogAndLosesNothing()
    {
        await nodes.ReadyAsync();
        var node = nodes.Cluster.Nodes[2];
        await using var load = nodes.Load();
        await load.MoreAsync(PublishedBetween);
        await node.KillAsync();
        var backup = node.CopyData();
        await node.StartAsync(nodes.Cluster.Nodes[0].NetworkAddress);
        await load.MoreAsync(PublishedBetween);
        await node.KillAsync();
        node.RestoreData(backup);

        nodes.Cluster.Links.Partition([2], [0, 1, 3]);
        await node.StartAsync(nodes.Cluster.Nodes[0].NetworkAddress);
        var one = nodes.Ledger.Begin("/xmtp/0/alone/proto", 1, "alone"u8);
        await Until.TrueAsync(() => PublishAsync(node, one), TestedCluster.Patience, "a node that is cut off to take publishes");
        nodes.Cluster.Links.Heal();

        await nodes.CheckAsync("an old backup, cut off", load);
    }

    [Fact]
    public async Task Publish_ToPeersAndTheDiskDestroyed_IsKeptAndGoesToAJoiner()
    {
        await nodes.ReadyAsync();
        var victim = nodes.Cluster.Nodes[3];
        await using (var load = nodes.Load(new LoadOptions { Publishers = FourNodes.NodeCount, PeersShare = 1 }))
        {
            await load.MoreAsync(2 * PublishedBetween);
            await victim.KillAsync();
            victim.DestroyData();
            nodes.Ledger.StoreDestroyed(victim.Index);
            await load.MoreAsync(PublishedBetween);
            await nodes.CheckAsync("one disk destroyed", load);
        }

        var joiner = nodes.Cluster.Add();
        await joiner.StartAsync(nodes.Cluster.Nodes[1].NetworkAddress);

        await nodes.CheckAsync("a joiner after an originator died for good");
    }

    [Fact]
    public async Task Start_TensOfThousandsOfEntriesBehind_HasThemAllSoon()
    {
        await nodes.ReadyAsync();
        await using (var load = nodes.Load(new LoadOptions { BatchMax = 400, MessageMaxBytes = 600, Rest = TimeSpan.FromMilliseconds(1), PeersShare = 0 }))
        {
            await load.MoreAsync(ManyEntries);
            await nodes.CheckAsync($"{ManyEntries} entries", load);
        }

        var joiner = nodes.Cluster.Add();
        await joiner.StartAsync(nodes.Cluster.Running[^1].NetworkAddress);

        var report = await nodes.CheckAsync("joining late");
        TestedCluster.Say($"catch-up {report.Entries / report.Converged.TotalSeconds:0} entries/s");
        Assert.True(report.Converged < s_catchUpMax, $"it took {report.Converged}");
    }

    private static async Task<bool> PublishAsync(TestCluster.Processes.ClusterNode node, Attempt attempt)
    {
        var request = new Protocol.MessageApi.V1.PublishRequest();
        request.Envelopes.Add(new Protocol.MessageApi.V1.Envelope { ContentTopic = attempt.Topic, TimestampNs = attempt.TimeNs, Message = Google.Protobuf.ByteString.CopyFromUtf8("alone") });
        await node.Api.PublishAsync(request);
        return true;
    }
}
