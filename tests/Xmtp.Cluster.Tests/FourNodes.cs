namespace Xmtp.Cluster.Tests;

/// <summary>Four nodes for a test class that leaves some of them dead.</summary>
public sealed class FourNodes() : TestedCluster(NodeCount, "--admin-port", "0")
{
    public const int NodeCount = 4;
}
