using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Storage;
using Xmtp.TestSupport;

namespace Xmtp.Node.Core.Tests.Network;

public sealed class NetworkServiceTests
{
    private const string Topic = "/xmtp/0/m-conversation/proto";

    [Fact]
    public async Task ThreeNodes_OneBootstrapAddress_FormAMeshAndShareWhatIsPublished()
    {
        var wire = new MemoryWire();
        await using var a = await MemoryNode.StartAsync(wire, "a:1");
        await using var b = await MemoryNode.StartAsync(wire, "b:1", bootstrap: "a:1");
        await using var c = await MemoryNode.StartAsync(wire, "c:1", bootstrap: "a:1");
        MemoryNode[] nodes = [a, b, c];
        await Eventually.TrueAsync(() => nodes.All(static node => node.Links == 2 && node.Messages.IsTakingPublishes));

        for (var i = 0; i < 30; i++) await nodes[i % 3].PublishAsync(Topic, (ulong)i + 1, $"message {i}");

        var expected = Enumerable.Range(0, 30).Select(static i => $"message {i}").ToArray();
        foreach (var node in nodes) await Eventually.TrueAsync(() => HasAsync(node, expected));
    }

    [Fact]
    public async Task PublishAsync_PeersAskedFor_ReturnsOnceTheyHaveIt()
    {
        var wire = new MemoryWire();
        await using var a = await MemoryNode.StartAsync(wire, "a:1");
        await using var b = await MemoryNode.StartAsync(wire, "b:1", bootstrap: "a:1");
        await Eventually.TrueAsync(() => a.Links == 1 && b.Links == 1 && a.Messages.IsTakingPublishes && b.Messages.IsTakingPublishes);

        Assert.Equal(1, await a.PublishAsync(Topic, 1, "gm", peers: 1));

        Assert.Equal(["gm"], await b.ReadAsync(Topic));
    }

    [Fact]
    public async Task Joiner_OriginatorGone_GetsItsLogFromAnother()
    {
        var wire = new MemoryWire();
        var a = await MemoryNode.StartAsync(wire, "a:1");
        await using var b = await MemoryNode.StartAsync(wire, "b:1", bootstrap: "a:1");
        await Eventually.TrueAsync(() => a.Links == 1 && b.Links == 1 && a.Messages.IsTakingPublishes);
        for (var i = 0; i < 20_000; i += 500) await PublishManyAsync(a, i, 500);
        await a.PublishAsync(Topic, 30_000, "last", peers: 1);
        await a.DisposeAsync();

        await using var c = await MemoryNode.StartAsync(wire, "c:1", bootstrap: "b:1");

        await Eventually.TrueAsync(async () => await c.ReadAsync(Topic) is ["last"]);
        Assert.Equal(await b.ReadAsync("many/1"), await c.ReadAsync("many/1"));
    }

    [Fact]
    public async Task Follow_OriginatorHeardNoMore_TakesItsLogFromAnotherBeforeTheLinkIsGivenUp()
    {
        var wire = new MemoryWire();
        await using var a = await MemoryNode.StartAsync(wire, "a:1");
        await using var b = await MemoryNode.StartAsync(wire, "b:1", bootstrap: "a:1");
        await using var c = await MemoryNode.StartAsync(wire, "c:1", bootstrap: "a:1");
        MemoryNode[] nodes = [a, b, c];
        await Eventually.TrueAsync(() => nodes.All(static node => node.Links == 2 && node.Messages.IsTakingPublishes));
        await a.PublishAsync(Topic, 1, "heard", peers: 2);

        wire.Mute(a.Key.Public, b.Key.Public);
        await a.PublishAsync(Topic, 2, "not heard");

        await Eventually.TrueAsync(() => HasAsync(b, ["heard", "not heard"]));
        Assert.Equal(2, b.Links);
    }

    [Fact]
    public async Task Restart_FromAnOldBackup_FetchesItsOwnEntriesBackAndReusesNoNumber()
    {
        var wire = new MemoryWire();
        var key = NodeKey.Generate();
        var (peersOfA, peersOfB) = (new MemoryPeerStore(), new MemoryPeerStore());
        await using var b = await MemoryNode.StartAsync(wire, "b:1", peers: peersOfB);
        var a = await MemoryNode.StartAsync(wire, "a:1", key, peers: peersOfA, bootstrap: "b:1");
        await Eventually.TrueAsync(() => a.Links == 1 && b.Links == 1 && a.Messages.IsTakingPublishes);
        await a.PublishAsync(Topic, 1, "in the backup", peers: 1);
        var backup = await CopyAsync(a.Messages.Store);
        await a.PublishAsync(Topic, 2, "not in the backup", peers: 1);
        await a.DisposeAsync();

        await using var restored = await MemoryNode.StartAsync(wire, "a:1", key, backup, peersOfA);
        await Eventually.TrueAsync(() => restored.Messages.IsTakingPublishes);
        await restored.PublishAsync(Topic, 3, "after the restart", peers: 1);

        string[] expected = ["in the backup", "not in the backup", "after the restart"];
        Assert.Equal(expected, await restored.ReadAsync(Topic));
        Assert.Equal(expected, await b.ReadAsync(Topic));
        Assert.Equal(3UL, restored.Messages.Writer.OwnLog!.End.Sequence);
        Assert.DoesNotContain(b.Messages.Writer.Logs.All, static log => log.IsFrozen);
    }

    [Fact]
    public async Task Restart_PeersOutOfReach_BeginsANewLogAndLosesNothing()
    {
        var wire = new MemoryWire();
        var key = NodeKey.Generate();
        var (peersOfA, storeOfB, keyOfB, peersOfB) = (new MemoryPeerStore(), new InMemoryEnvelopeStore(), NodeKey.Generate(), new MemoryPeerStore());
        var b = await MemoryNode.StartAsync(wire, "b:1", keyOfB, storeOfB, peersOfB);
        var a = await MemoryNode.StartAsync(wire, "a:1", key, peers: peersOfA, bootstrap: "b:1");
        await Eventually.TrueAsync(() => a.Links == 1 && b.Links == 1 && a.Messages.IsTakingPublishes);
        await a.PublishAsync(Topic, 1, "in the backup", peers: 1);
        var backup = await CopyAsync(a.Messages.Store);
        await a.PublishAsync(Topic, 2, "not in the backup", peers: 1);
        await a.DisposeAsync();
        var copyOfB = await CopyAsync(storeOfB);
        await b.DisposeAsync();

        await using var restored = await MemoryNode.StartAsync(wire, "a:1", key, backup, peersOfA);
        await Eventually.TrueAsync(() => restored.Messages.IsTakingPublishes);
        await restored.PublishAsync(Topic, 3, "while alone");
        await using var back = await MemoryNode.StartAsync(wire, "b:1", keyOfB, copyOfB, peersOfB);

        string[] expected = ["in the backup", "not in the backup", "while alone"];
        await Eventually.TrueAsync(async () => await HasAsync(restored, expected) && await HasAsync(back, expected));
        Assert.DoesNotContain(back.Messages.Writer.Logs.All, static log => log.IsFrozen);
    }

    private static async Task<bool> HasAsync(MemoryNode node, string[] expected)
    {
        var messages = await node.ReadAsync(Topic);
        return messages.AsSpan().SequenceEqual(expected);
    }

    private static async Task PublishManyAsync(MemoryNode node, int first, int count)
    {
        var envelopes = Enumerable.Range(first, count).Select(static i => new Protocol.MessageApi.V1.Envelope
        {
            ContentTopic = $"many/{i % 10}", TimestampNs = (ulong)i + 1, Message = Google.Protobuf.ByteString.CopyFromUtf8($"message {i}"),
        });
        await node.Messages.PublishAsync([.. envelopes]);
    }

    /// <summary>A copy of all that a store holds, as a backup is.</summary>
    private static Task<InMemoryEnvelopeStore> CopyAsync(IEnvelopeStore store) => StoreCopy.OfAsync(store);
}
