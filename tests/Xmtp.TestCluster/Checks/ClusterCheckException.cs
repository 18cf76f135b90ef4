namespace Xmtp.TestCluster.Checks;

/// <summary>Something that must always hold does not.</summary>
public sealed class ClusterCheckException(string message) : Exception(message);
