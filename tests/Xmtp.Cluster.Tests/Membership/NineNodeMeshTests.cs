namespace Xmtp.Cluster.Tests.Membership;

public sealed class NineNodeMeshTests(NineNodes nodes)
{
    private static readonly TimeSpan s_meshMax = TimeSpan.FromSeconds(10);

    [Fact]
    public void Start_NineNodesWithOneAddress_AreAFullMeshWithinTenSeconds()
    {
        TestedCluster.Say($"full mesh of {NineNodes.NodeCount} processes {TestedCluster.Text(nodes.MeshFormed)} after the last was ready");

        Assert.True(nodes.MeshFormed < s_meshMax, $"it took {nodes.MeshFormed}");
    }
}
