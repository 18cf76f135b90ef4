using Xmtp.Node.Core.Membership;
using Xmtp.Node.Core.Tests.Membership.Simulation;

namespace Xmtp.Node.Core.Tests.Membership;

public sealed class MeshFormationTests
{
    [Theory]
    [InlineData(9, 10, 10)]
    [InlineData(50, 60, 1)]
    public void Start_ManyNodesWithOneAddress_FormAFullMesh(int count, double seconds, int seeds)
    {
        for (var seed = 1; seed <= seeds; seed++)
        {
            var network = new SimNetwork(seed);
            for (var i = 0; i < count; i++) network.Start(i, [0]);

            Assert.True(network.RunUntil(network.IsFullMesh, seconds) <= seconds, network.ToString());
            network.Run(20);

            Assert.True(network.IsFullMesh(), network.ToString());
            Assert.Equal(count * (count - 1) / 2, network.ConnectionCount());
            AssertOneLinkEach(network);
        }
    }

    [Fact]
    public void Start_NodeAfterNodeWithRandomAddresses_FormAFullMesh()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var network = new SimNetwork(seed);
            network.Start(0, []);
            for (var i = 1; i < 9; i++)
            {
                network.Run(network.Random.NextDouble());
                network.Start(i, [network.Random.Next(i)]);
            }

            Assert.True(network.RunUntil(network.IsFullMesh, 10) <= 10, network.ToString());
            AssertOneLinkEach(network);
        }
    }

    [Fact]
    public void Start_TwoNodesDiallingEachOther_KeepOneConnectionOnBothSides()
    {
        for (var seed = 1; seed <= 400; seed++)
        {
            var network = new SimNetwork(seed) { DelayMaxMs = 1 + (seed % 7 * 60) };
            network.Start(0, [1]);
            network.Run(network.Random.NextDouble() * 0.3);
            network.Start(1, [0]);

            Assert.True(network.RunUntil(network.IsFullMesh, 5) <= 5, network.ToString());
            network.Run(6);

            Assert.True(network.IsFullMesh(), network.ToString());
            Assert.Equal(1, network.ConnectionCount());
            AssertOneLinkEach(network);
        }
    }

    [Fact]
    public void Start_SlowConnections_KeepOneConnectionOnBothSides()
    {
        // Answers later than the patience with rivals: links may be replaced, but there is one in the end.
        for (var seed = 1; seed <= 100; seed++)
        {
            var network = new SimNetwork(seed) { DelayMaxMs = 2400 };
            network.Start(0, [1]);
            network.Start(1, [0]);
            network.Run(60);

            Assert.True(network.RunUntil(() => network.IsFullMesh() && network.ConnectionCount() == 1, 60) <= 60, network.ToString());
        }
    }

    [Fact]
    public void Start_FirstNodeDied_NewcomerJoinsByAnyOther()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var network = new SimNetwork(seed);
            for (var i = 0; i < 5; i++) network.Start(i, [0]);
            Assert.True(network.RunUntil(network.IsFullMesh, 10) <= 10, network.ToString());

            network.CutPower(network.Nodes[0]);
            network.Start(5, [1 + network.Random.Next(4)]);

            Assert.True(network.RunUntil(() => network.Alive.All(node => network.Alive.All(other => other == node || node.Mesh.IsLinked(other.Id))), 10) <= 10, network.ToString());
            Assert.True(network.RunUntil(network.IsFullMesh, 20) <= 20, network.ToString());
        }
    }

    [Fact]
    public void Start_TwoIslandsJoinedByOneNode_BecomeOne()
    {
        var network = new SimNetwork(3);
        for (var i = 0; i < 6; i++) network.Start(i, [0]);
        for (var i = 6; i < 12; i++) network.Start(i, [6]);
        network.Run(10);
        Assert.All(network.Nodes, node => Assert.Equal(5, node.Links.Count));

        network.Start(12, [1, 7]);

        Assert.True(network.RunUntil(network.IsFullMesh, 10) <= 10, network.ToString());
    }

    [Fact]
    public void Start_TwoHundredAtOnce_FormAFullMeshWithBoundedEffort()
    {
        var network = new SimNetwork(7);
        for (var i = 0; i < 200; i++)
        {
            network.Start(i, [i < 3 ? 0 : i % 3]);
            network.Run(0.02);
        }

        Assert.True(network.RunUntil(network.IsFullMesh, 10) <= 10, network.ToString());

        AssertOneLinkEach(network);
        Assert.All(network.Nodes, node => Assert.InRange(node.DialsInFlightMax, 1, MeshLimits.DialsInFlightMax));
        Assert.All(network.Nodes, node => Assert.InRange(node.Dials, 1, 220));
        // Hello, pings, and at most a few frames of records on each link.
        Assert.All(network.Nodes, node => Assert.InRange(node.FramesSent / 199, 1, 20));
    }

    [Fact]
    public void Start_NoAddressLeadsToAnother_DoesNotDialItself()
    {
        var network = new SimNetwork(1);
        var node = network.Start(0, [0]);
        network.Run(60);

        Assert.Equal(0, node.Dials);
        Assert.Empty(node.Twins);
    }

    private static void AssertOneLinkEach(SimNetwork network) =>
        Assert.All(network.Nodes, node => Assert.All(node.Ups, ups => Assert.True(ups.Value == 1, $"{ups.Value} links with one node; {network}")));
}
