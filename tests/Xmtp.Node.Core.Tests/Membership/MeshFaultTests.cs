using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Tests.Membership.Simulation;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Tests.Membership;

public sealed class MeshFaultTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Link_OneWayOnly_GoesDownOnceAndStaysDown(bool proxiesAnswer)
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var network = FullMesh(seed, 5);
            network.ProxiesAnswer = proxiesAnswer;
            var (from, to) = (network.Nodes[1], network.Nodes[2]);
            network.IsBlocked = (sender, receiver) => sender == from && receiver == to;
            network.Run(120);

            Assert.False(from.Mesh.IsLinked(to.Id), network.ToString());
            Assert.False(to.Mesh.IsLinked(from.Id), network.ToString());
            Assert.Equal(1, from.Ups[to.Id]);
            Assert.Equal(1, to.Ups[from.Id]);
            Assert.Equal(LinkState.Suspect, StatusOf(to, from.Id).Link);
            Assert.Contains(to.Log.Lines, static line => line is { Id: 2237, Level: LogLevel.Information });
            Assert.DoesNotContain(to.Log.Lines, static line => line.Id == 2238);

            network.IsBlocked = static (_, _) => false;
            Assert.True(network.RunUntil(network.IsFullMesh, 40) <= 40, network.ToString());
            Assert.Equal(LinkState.Connected, StatusOf(to, from.Id).Link);
        }
    }

    [Fact]
    public void Link_NodeLostPower_IsSuspectedByAllWithAWarning()
    {
        var network = FullMesh(1, 5);
        var dead = network.Nodes[2];
        network.CutPower(dead);
        network.Run(25);

        Assert.All(network.Alive, node => Assert.False(node.Mesh.IsLinked(dead.Id)));
        Assert.All(network.Alive, node => Assert.Equal(LinkState.Suspect, StatusOf(node, dead.Id).Link));
        Assert.All(network.Alive, node => Assert.Single(node.Log.Lines, static line => line is { Id: 2238, Level: LogLevel.Warning }));
    }

    [Fact]
    public void Link_Partition_HealsIntoAFullMesh()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var network = FullMesh(seed, 8);
            network.IsBlocked = static (sender, receiver) => sender.Number % 2 != receiver.Number % 2;
            network.Run(60);
            Assert.All(network.Nodes, node => Assert.Equal(3, node.Links.Count));

            // Each side takes in a newcomer that the other does not know of.
            network.Start(8, [0]);
            network.Start(9, [1]);
            network.Run(20);
            Assert.All(network.Nodes, node => Assert.Equal(4, node.Links.Count));

            network.IsBlocked = static (_, _) => false;
            Assert.True(network.RunUntil(network.IsFullMesh, 35) <= 35, network.ToString());
        }
    }

    [Fact]
    public void Link_BreaksAndRestartsAllTheTime_IsAFullMeshAfterwards()
    {
        for (var seed = 1; seed <= 15; seed++)
        {
            var network = new SimNetwork(seed) { BreakChance = 0.02 };
            for (var i = 0; i < 8; i++) network.Start(i, [0, 1]);
            for (var round = 0; round < 30; round++)
            {
                network.Run(network.Random.NextDouble() * 3);
                Shake(network);
            }

            StartAgain(network);
            network.BreakChance = 0;
            network.IsBlocked = static (_, _) => false;
            network.Run(20);
            Assert.True(network.RunUntil(() => network.IsFullMesh() && network.ConnectionCount() == 28, 40) <= 40, network.ToString());
            network.Run(30);
            Assert.True(network.IsFullMesh(), network.ToString());
        }
    }

    [Fact]
    public void Restart_AfterLossOfPower_DoesNotWaitForOldConnectionsToTimeOut()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var network = FullMesh(seed, 5);
            network.CutPower(network.Nodes[2]);
            network.Run(1);
            network.Start(2, [0], saved: network.Nodes[2].Saved);

            Assert.True(network.RunUntil(network.IsFullMesh, 3) <= 3, network.ToString());
        }
    }

    [Fact]
    public void Restart_BootstrapAddressDead_FindsOthersBySavedRecords()
    {
        var network = FullMesh(1, 5);
        network.Run(2);
        network.Kill(network.Nodes[0]);
        network.Kill(network.Nodes[3]);
        network.Run(5);
        var saved = network.Nodes[3].Saved;
        network.Start(3, [0], saved: saved);

        Assert.True(network.RunUntil(network.IsFullMesh, 5) <= 5, network.ToString());
    }

    [Fact]
    public void Restart_OneSideForgotTheConnection_IsReplacedWithinSeconds()
    {
        // The side whose dial does not count lost the connection that does; the other has not noticed.
        for (var seed = 1; seed <= 20; seed++)
        {
            var network = FullMesh(seed, 3);
            var (first, second) = (network.Nodes[1], network.Nodes[2]);
            network.BreakOneSide(first, second);

            Assert.True(network.RunUntil(network.IsFullMesh, 8) <= 8, network.ToString());
            network.Run(20);
            Assert.True(network.IsFullMesh(), network.ToString());
        }
    }

    [Fact]
    public void Stop_Leaving_IsForgottenByAllUntilItComesBack()
    {
        var network = FullMesh(2, 6);
        var leaver = network.Nodes[4];
        network.Stop(leaver, leaving: true);
        network.Run(1);
        Assert.All(network.Alive, node => Assert.Null(node.Mesh.Find(leaver.Id)));
        Assert.True(network.IsFullMesh());
        var dials = network.Alive.Sum(static node => node.Dials);

        // A newcomer with an old record of the leaver does not bring it back.
        network.Start(6, [0], saved: new SavedPeers { Records = { leaver.Saved.Records.Where(record => !NodeRecord.Parser.ParseFrom(record.Record).Leaving) } });
        network.Run(120);
        Assert.All(network.Alive, node => Assert.Null(node.Mesh.Find(leaver.Id)));
        Assert.InRange(network.Alive.Sum(static node => node.Dials), dials, dials + 15);

        network.Start(4, [1]);
        Assert.True(network.RunUntil(network.IsFullMesh, 5) <= 5, network.ToString());
    }

    [Fact]
    public void Stop_NotLeaving_IsDialledUntilItComesBack()
    {
        var network = FullMesh(2, 4);
        network.Stop(network.Nodes[1], leaving: false);
        network.Run(40);
        Assert.All(network.Alive, node => Assert.NotNull(node.Mesh.Find(network.Nodes[1].Id)));

        // It knows nobody; the others come to it.
        network.Start(1, []);
        Assert.True(network.RunUntil(network.IsFullMesh, 31) <= 31, network.ToString());
    }

    [Fact]
    public void Denied_Node_IsNeverLinkedNorDialledByThoseWhoDenyIt()
    {
        var network = new SimNetwork(5);
        var denied = SimNetwork.KeyOf(3).Id;
        for (var i = 0; i < 3; i++) network.Start(i, [0], options => options with { Denied = new HashSet<NodeId> { denied } });
        network.Start(3, [0]);
        network.Start(4, [0, 3]);
        network.Run(90);

        Assert.All(network.Nodes.Take(3), node => Assert.False(node.Ups.ContainsKey(denied)));
        Assert.All(network.Nodes.Take(3), node => Assert.Null(node.Mesh.Find(denied)));
        // Whoever does not deny it is linked with it all the same.
        Assert.True(network.Nodes[4].Mesh.IsLinked(denied));
        Assert.Equal([network.Nodes[4].Id], network.Nodes[3].Links);
        // Refused three times in 90 s by each of the three.
        Assert.InRange(network.Nodes[3].Dials, 4, 20);
    }

    [Fact]
    public void Allowed_ListOfNodes_LetsOnlyThemIn()
    {
        var network = new SimNetwork(5);
        var allowed = Enumerable.Range(0, 3).Select(static number => SimNetwork.KeyOf(number).Id).ToHashSet();
        for (var i = 0; i < 5; i++) network.Start(i, [0], options => options with { Allowed = allowed });
        network.Run(60);

        Assert.All(network.Nodes.Take(3), static node => Assert.Equal(2, node.Links.Count));
        Assert.All(network.Nodes.Skip(3), static node => Assert.Empty(node.Links));
    }

    [Fact]
    public void Twin_SameKeyStartedTwice_IsFoundByBoth()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var network = FullMesh(seed, 4);
            network.Run(network.Random.NextDouble() * 10);
            var original = network.Nodes[2];
            var clone = network.Start(9, [0], keyNumber: 2);

            Assert.True(network.RunUntil(() => original.Twins.Count > 0 && clone.Twins.Count > 0, 60) <= 60, network.ToString());
            Assert.Equal([false], original.Twins);
            Assert.Equal([true], clone.Twins);
        }
    }

    [Fact]
    public void Twin_TakesTheLinksOfTheOriginalAtOnce_IsFoundByBoth()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            // A copy of a data directory knows the same nodes: it is with all of them before anyone can tell the original.
            var network = FullMesh(seed, 3);
            network.Run(network.Random.NextDouble() * 10);
            var original = network.Nodes[2];
            var clone = network.Start(9, [0, 1], keyNumber: 2);

            Assert.True(network.RunUntil(() => original.Twins.Count > 0 && clone.Twins.Count > 0, 60) <= 60, network.ToString());
            Assert.Equal([false], original.Twins);
            Assert.Equal([true], clone.Twins);
        }
    }

    private static SimNetwork FullMesh(int seed, int count)
    {
        var network = new SimNetwork(seed);
        for (var i = 0; i < count; i++) network.Start(i, [0]);
        Assert.True(network.RunUntil(network.IsFullMesh, 10) <= 10, network.ToString());
        return network;
    }

    private static PeerStatus StatusOf(SimNode node, NodeId other) =>
        node.Mesh.Peers.Single(peer => Core.Membership.RecordShape.TryRead(peer.Record, out _, out var id, out _) && id == other);

    private static void Shake(SimNetwork network)
    {
        var deadCount = 8 - network.Alive.Count();
        switch (network.Random.Next(5))
        {
            case 0 when deadCount < 3:
                network.Kill(network.Alive.ElementAt(network.Random.Next(network.Alive.Count())));
                break;
            case 1 when deadCount < 3:
                network.CutPower(network.Alive.ElementAt(network.Random.Next(network.Alive.Count())));
                break;
            case 2:
                var (left, right) = (network.Random.Next(8), network.Random.Next(8));
                network.IsBlocked = (sender, receiver) => sender.Number == left && receiver.Number == right;
                break;
            default:
                StartAgain(network);
                break;
        }
    }

    private static void StartAgain(SimNetwork network)
    {
        var dead = network.Nodes.Where(node => network.Alive.All(other => other.Number != node.Number)).ToList();
        foreach (var node in dead.DistinctBy(static node => node.Number)) network.Start(node.Number, [0, 1], saved: node.Saved);
    }
}
