using Xmtp.TestCluster;
using Xmtp.TestCluster.Faults;

namespace Xmtp.Cluster.Tests.Faults;

/// <summary>Broken and bad links under load. What was acknowledged on either side is everywhere when the links are good again.</summary>
[Collection(nameof(NineNodes))]
public sealed class PartitionTests(NineNodes nodes)
{
    private const int PublishedMeanwhile = 300;

    // Longer than a node takes to give a silent link up, so that healing is dialling again.
    private static readonly TimeSpan s_untilLinksDie = TimeSpan.FromSeconds(18);

    private static int[] All => [.. Enumerable.Range(0, NineNodes.NodeCount)];

    [Fact]
    public async Task Publish_HalvesCutApartUntilLinksDie_IsEverywhereAfterHealing()
    {
        await nodes.ReadyAsync();
        await using var load = nodes.Load();
        await load.MoreAsync(PublishedMeanwhile);

        nodes.Cluster.Links.Partition(All[..4], All[4..]);
        await Pause.ForAsync(s_untilLinksDie, TestContext.Current.CancellationToken);
        await load.MoreAsync(PublishedMeanwhile);
        nodes.Cluster.Links.Heal();

        await nodes.CheckAsync("halves, 18 s", load);
    }

    [Fact]
    public async Task Publish_HalvesCutApartShortly_IsEverywhereAfterHealing()
    {
        await nodes.ReadyAsync();
        await using var load = nodes.Load();
        nodes.Cluster.Links.Partition(All[..4], All[4..]);
        await load.MoreAsync(PublishedMeanwhile);
        nodes.Cluster.Links.Heal();

        await nodes.CheckAsync("halves, short", load);
    }

    [Fact]
    public async Task Publish_OneNodeCutOff_IsEverywhereAfterHealing()
    {
        await nodes.ReadyAsync();
        await using var load = nodes.Load();
        nodes.Cluster.Links.Partition([3], [.. All.Where(static node => node != 3)]);
        await load.MoreAsync(PublishedMeanwhile);
        nodes.Cluster.Links.Heal();

        await nodes.CheckAsync("one against the rest", load);
    }

    [Fact]
    public async Task Publish_OnlyARingOfLinksLeft_IsEverywhereWithoutHealing()
    {
        await nodes.ReadyAsync();
        nodes.Cluster.Links.Ring(All);
        await using var load = nodes.Load();
        await load.MoreAsync(PublishedMeanwhile);

        // Each entry has up to four hops to go: relays have to take over.
        await nodes.CheckAsync("ring of links, not healed", load);
        nodes.Cluster.Links.Heal();
    }

    [Fact]
    public async Task Publish_LinkDeadInOneDirection_IsEverywhereWithoutHealing()
    {
        await nodes.ReadyAsync();
        nodes.Cluster.Links.SetOneWay(1, 2, LinkShape.Cut);
        await using var load = nodes.Load();
        await load.MoreAsync(PublishedMeanwhile);

        await nodes.CheckAsync("one link dead in one direction, not healed", load);
        nodes.Cluster.Links.Heal();
    }

    [Fact]
    public async Task Publish_OneSlowLink_DoesNotHoldTheOthersUp()
    {
        await nodes.ReadyAsync();
        nodes.Cluster.Links.Set(4, 5, new LinkShape(BytesPerSecond: 64_000 / 8));
        await using var load = nodes.Load();
        await load.MoreAsync(2 * PublishedMeanwhile);

        await nodes.CheckAsync("one link of 64 kbit/s, not healed", load);
        nodes.Cluster.Links.Heal();
    }

    [Fact]
    public async Task Publish_AllLinksOfOneNodeLongAndLossy_IsEverywhereWithoutHealing()
    {
        await nodes.ReadyAsync();
        var bad = new LinkShape(Latency: TimeSpan.FromMilliseconds(250), Loss: 0.05);
        foreach (var other in All.Where(static node => node != 6)) nodes.Cluster.Links.Set(6, other, bad);
        await using var load = nodes.Load();
        await load.MoreAsync(PublishedMeanwhile);

        await nodes.CheckAsync("500 ms round trip and 5 % loss to one node, not healed", load);
        nodes.Cluster.Links.Heal();
    }
}
