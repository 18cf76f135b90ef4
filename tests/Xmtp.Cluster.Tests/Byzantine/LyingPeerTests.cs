using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;
using Xmtp.TestCluster;
using Xmtp.TestCluster.Processes;

namespace Xmtp.Cluster.Tests.Byzantine;

/// <summary>
/// A peer that lies, over the real wire to real nodes. Whatever it says, correct nodes stay linked and small, take publishes, and hold the
/// same; what it signs twice is proved to all.
/// </summary>
[Collection(nameof(LyingPeerTests))]
public sealed class LyingPeerTests(LyingPeerTests.ThreeNodes nodes) : IClassFixture<LyingPeerTests.ThreeNodes>
{
    private const long GrowthMaxBytes = 200L << 20;
    private const int PublishedMeanwhile = 100;

    private static readonly TimeSpan s_evidenceMax = TimeSpan.FromSeconds(5);

    private ClusterNode First => nodes.Cluster.Nodes[0];

    private ClusterNode Second => nodes.Cluster.Nodes[1];

    [Fact]
    public async Task Entries_OfAGoodLog_AreTakenAndReachEveryNode()
    {
        await nodes.ReadyAsync();
        using var key = NodeKey.Generate();
        var log = Own(key).Add("good", 5);
        await using var peer = await LyingPeer.ConnectAsync(First.DirectNetworkAddress, key);

        await OfferAsync(peer, log, log.Frame(1, 5));

        // The test speaks the protocol: what follows is refused for what it says and not for how.
        await Until.TrueAsync(() => HoldEverywhereAsync(log, 5), TestedCluster.Patience, "a good log to be taken");
    }

    [Theory]
    [InlineData("altered payload")]
    [InlineData("altered header")]
    [InlineData("other order")]
    [InlineData("skipped number")]
    [InlineData("foreign head")]
    [InlineData("no entries")]
    public async Task Entries_BrokenOnTheWay_AreRefusedAndTheRestGoesOn(string how)
    {
        await nodes.ReadyAsync();
        using var key = NodeKey.Generate();
        var log = Own(key).Add("good", 5);
        await using var peer = await LyingPeer.ConnectAsync(First.DirectNetworkAddress, key);

        await OfferAsync(peer, log, Break(log, how));

        await StaysHealthyAsync(how);
        Assert.Equal(0UL, await WatermarkAsync(First, log));
    }

    [Fact]
    public async Task Entries_InAnotherNodesName_AreRefused()
    {
        await nodes.ReadyAsync();
        using var key = NodeKey.Generate();
        using var victim = Second.ReadKey();
        // The right name, and signed by somebody else.
        var forged = new ForgedLog(key, new LogName(victim.Public.Id, 0, 4711)).Add("forged", 3);
        await using var peer = await LyingPeer.ConnectAsync(First.DirectNetworkAddress, key);

        var state = forged.State();
        state.Log.PublicKey = ByteString.CopyFrom(victim.Public.Bytes.Span);
        await peer.SendAsync(new Frame { Heads = new Heads { Logs = { state } } });

        await peer.WaitForEndAsync();
        await StaysHealthyAsync("forged heads");
        Assert.Equal(0UL, await WatermarkAsync(First, forged));
    }

    [Fact]
    public async Task Heads_OfTwoHistoriesToTwoNodes_AreProvedToAllWithinSeconds()
    {
        await nodes.ReadyAsync();
        using var key = NodeKey.Generate();
        var left = Own(key).Add("common", 3);
        var right = left.Fork().Add("right", 2);
        left.Add("left", 2);
        await using var toFirst = await LyingPeer.ConnectAsync(First.DirectNetworkAddress, key);
        await using var toSecond = await LyingPeer.ConnectAsync(Second.DirectNetworkAddress, key);

        await OfferAsync(toFirst, left, left.Frame(1, 5));
        await OfferAsync(toSecond, right, right.Frame(1, 5));

        var proved = await Until.TrueAsync(() => IsFrozenEverywhereAsync(left), TestedCluster.Patience, () => Task.FromResult($"two histories to be proved to all\n{nodes.Describe()}"));
        TestedCluster.Say($"two histories: frozen everywhere after {TestedCluster.Text(proved)}");
        Assert.True(proved < s_evidenceMax, $"it took {proved}");
        await StaysHealthyAsync("two histories");
    }

    [Fact]
    public async Task Entries_BeyondTheGrant_CostTheLinkAndNoMemory()
    {
        await nodes.ReadyAsync();
        using var key = NodeKey.Generate();
        var log = Own(key).Add("flood", 60, messageBytes: 1_000_000);
        var before = First.ResidentBytes();
        await using var peer = await LyingPeer.ConnectAsync(First.DirectNetworkAddress, key);
        await peer.AnnounceAsync(log);

        // The same entry again and again: nothing that could be stored, and no grant for it.
        for (var i = 0; i < 60 && await peer.SendAsync(new Frame { Entries = log.Frame((ulong)i + 1, (ulong)i + 1) }); i++)
        {
        }

        await StaysHealthyAsync("flood of entries");
        AssertSmall(First, before);
    }

    [Fact]
    public async Task Pings_WithoutEnd_CostTheLink()
    {
        await nodes.ReadyAsync();
        using var key = NodeKey.Generate();
        nodes.Checker.Liars.Add(key.Public.Id);
        await using var peer = await LyingPeer.ConnectAsync(First.DirectNetworkAddress, key);

        for (var i = 0; i < 2000 && !peer.IsOver; i++) await peer.SendAsync(new Frame { Ping = new Ping { Nonce = 1 } });

        await peer.WaitForEndAsync();
        await StaysHealthyAsync("flood of pings");
    }

    [Fact]
    public async Task Follow_WithoutReadingOrAcknowledging_HoldsNobodyUp()
    {
        await nodes.ReadyAsync();
        using var key = NodeKey.Generate();
        nodes.Checker.Liars.Add(key.Public.Id);
        var before = First.ResidentBytes();
        await using var peer = await LyingPeer.ConnectAsync(First.DirectNetworkAddress, key, reads: false);
        var heads = await First.Network.GetHeadsAsync(new GetHeadsRequest());
        foreach (var log in heads.Logs) await peer.SendAsync(new Frame { Follow = new Follow { Log = Name(log.Log), From = 1 } });

        await StaysHealthyAsync("a peer that does not read");
        AssertSmall(First, before);
    }

    [Fact]
    public async Task Frame_LargerThanAllowed_CostsTheLinkOnly()
    {
        await nodes.ReadyAsync();
        using var key = NodeKey.Generate();
        nodes.Checker.Liars.Add(key.Public.Id);
        var before = First.ResidentBytes();
        await using var peer = await LyingPeer.ConnectAsync(First.DirectNetworkAddress, key);

        await peer.SendAsync(new Frame { Live = new Live { Topic = "/xmtp/0/mE-large/proto", Message = ByteString.CopyFrom(new byte[8 << 20]) } });

        await peer.WaitForEndAsync();
        await StaysHealthyAsync("a frame of 8 MiB");
        AssertSmall(First, before);
    }

    private static Entries Break(ForgedLog log, string how)
    {
        var frame = log.Frame(1, 5);
        switch (how)
        {
            case "altered payload": frame.Entries_[2].Payload = ByteString.CopyFromUtf8("something else"); break;
            case "altered header": frame.Entries_[2].Header = ByteString.CopyFrom([.. frame.Entries_[2].Header.Span[..^1], (byte)'x']); break;
            case "other order": (frame.Entries_[1], frame.Entries_[2]) = (frame.Entries_[2], frame.Entries_[1]); break;
            case "skipped number": frame.Entries_.RemoveAt(2); break;
            case "foreign head": frame.Head = log.Fork().Add("other", 1).Head(6); break;
            default: frame.Entries_.Clear(); break;
        }

        return frame;
    }

    private ForgedLog Own(NodeKey key)
    {
        nodes.Checker.Liars.Add(key.Public.Id);
        return ForgedLog.Of(key);
    }

    /// <summary>Announces a log, waits until the node asks for it, and sends a frame.</summary>
    private static async Task OfferAsync(LyingPeer peer, ForgedLog log, Entries frame)
    {
        await peer.AnnounceAsync(log);
        await peer.WaitForAsync(Frame.FrameOneofCase.Follow);
        await peer.SendAsync(new Frame { Entries = frame });
    }

    private async Task StaysHealthyAsync(string what)
    {
        await using var load = nodes.Load();
        await load.MoreAsync(PublishedMeanwhile);
        await nodes.Cluster.WaitMeshAsync(TestedCluster.Patience);
        await nodes.CheckAsync(what, load);
    }

    private static void AssertSmall(ClusterNode node, long before)
    {
        var now = node.ResidentBytes();
        TestedCluster.Say($"memory of {node.Name}: {before >> 20} MiB before, {now >> 20} MiB after");
        Assert.True(now - before < GrowthMaxBytes, $"it grew from {before >> 20} to {now >> 20} MiB");
    }

    private async Task<bool> HoldEverywhereAsync(ForgedLog log, ulong watermark) =>
        (await Task.WhenAll(nodes.Cluster.Nodes.Select(node => WatermarkAsync(node, log)))).All(held => held == watermark);

    private async Task<bool> IsFrozenEverywhereAsync(ForgedLog log) =>
        (await Task.WhenAll(nodes.Cluster.Nodes.Select(node => StateAsync(node, log)))).All(static state => state?.Frozen == true);

    private static async Task<ulong> WatermarkAsync(ClusterNode node, ForgedLog log) => (await StateAsync(node, log))?.Watermark ?? 0;

    private static async Task<LogState?> StateAsync(ClusterNode node, ForgedLog log) =>
        (await node.Network.GetHeadsAsync(new GetHeadsRequest())).Logs.FirstOrDefault(state => Name(state.Log).Equals(log.Hash));

    private static ByteString Name(LogDescriptor log) => NodePublicKey.TryCreate(log.PublicKey.Span, out var key)
        ? ByteString.CopyFrom(new LogName(key.Id, log.Shard, log.Incarnation).ToHash().ToArray())
        : ByteString.Empty;

    public sealed class ThreeNodes() : TestedCluster(3);
}
