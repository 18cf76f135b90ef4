using Xmtp.Cli.Checks;
using Xmtp.Cli.Tests.Nodes;

namespace Xmtp.Cli.Tests.Checks;

public class DeepCheckTests
{
    private static readonly CheckOptions s_deep = FakeNetwork.Options with { Deep = true };

    [Fact]
    public async Task Run_AllTheSame_CountsWhatWasRead()
    {
        await using var network = await FakeNetwork.StartAsync();
        network.HoldAll(new FakeLog(network[0].Key).AppendMany(10));
        network.HoldAll(new FakeLog(network[1].Key).AppendMany(1));
        var report = await network.CheckAsync(s_deep);
        Assert.Empty(report.Reasons);
        Assert.Equal(33UL, report.EntriesRead);
        Assert.EndsWith("all in step, 33 entries read and compared", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MoreCopiesThanAreReadTogether_ComparesAll()
    {
        await using var network = await FakeNetwork.StartAsync(10);
        network.HoldAll(new FakeLog(network[0].Key).AppendMany(4));
        var report = await network.CheckAsync(s_deep);
        Assert.Empty(report.Reasons);

        // The first copy is read again beside the second group.
        Assert.Equal(44UL, report.EntriesRead);
    }

    [Fact]
    public async Task Run_OldEntriesDiffer_Fails()
    {
        await using var network = await FakeNetwork.StartAsync();
        var log = new FakeLog(network[0].Key).AppendMany(10);
        var other = log.Fork(3).AppendMany(3).Append("something else").AppendMany(3);
        network.HoldAll(log);
        network[2].Ranges[log.Hash] = from => other.Frames(from);
        var reason = Assert.Single((await network.CheckAsync(s_deep)).Reasons);
        Assert.Equal((CheckStatus.Failed, CheckKind.Diverged), (reason.Status, reason.Kind));
        Assert.Contains($"different entries at number 7 of log {log.Name}", reason.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OldPayloadDamaged_Fails()
    {
        await using var network = await FakeNetwork.StartAsync();
        var log = new FakeLog(network[0].Key).AppendMany(10);
        network.HoldAll(log);
        network[1].Ranges[log.Hash] = from => log.Frames(from, forge: static (number, payload) => number == 2 ? [.. payload[1..], 7] : payload);
        var reason = Assert.Single((await network.CheckAsync(s_deep)).Reasons);
        Assert.Equal((CheckStatus.Failed, CheckKind.EntriesInvalid, network[1].Key.Id), (reason.Status, reason.Kind, reason.Node));
        Assert.Contains("sent entry 2", reason.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_LessThanPromised_Fails()
    {
        await using var network = await FakeNetwork.StartAsync();
        var log = new FakeLog(network[0].Key).AppendMany(10);
        network.HoldAll(log);
        network[1].Ranges[log.Hash] = from => log.Frames(from, 6);
        var reason = Assert.Single((await network.CheckAsync(s_deep)).Reasons);
        Assert.Equal($"node {network[1].Name} sent 6 entries of log {log.Name}, and said that it has 10", reason.Text);
    }

    [Fact]
    public async Task Run_CopyThatCannotBeRead_IsDegraded()
    {
        await using var network = await FakeNetwork.StartAsync();
        network.HoldAll(new FakeLog(network[0].Key).AppendMany(10));
        network[1].Record.NodeEndpoint = $"{DeadNode.Address.Authority}";
        network.Link();
        var reason = Assert.Single((await network.CheckAsync(s_deep)).Reasons);
        Assert.Equal((CheckStatus.Degraded, CheckKind.NotCompared, network[1].Key.Id), (reason.Status, reason.Kind, reason.Node));
    }
}
