using Xmtp.Cluster.Tests;

[assembly: AssemblyFixture(typeof(NineNodes))]

namespace Xmtp.Cluster.Tests;

/// <summary>Nine nodes that were told one address, for all tests after which every node is as before.</summary>
public sealed class NineNodes() : TestedCluster(NodeCount)
{
    public const int NodeCount = 9;
}
