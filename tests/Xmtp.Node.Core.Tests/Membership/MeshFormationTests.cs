using Xmtp.Node.Core.Tests.Membership.Simulation;

namespace Xmtp.Node.Core.Tests.Membership;

public sealed class MeshFormationTests
{
    [Theory]
    [InlineData(9, 10, 20)]
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
            Assert.All(network.Nodes, node => Assert.All(node.Ups, ups => Assert.True(ups.Value == 1, $"{ups.Value} links with one node; {network}")));
        }
    }
}
