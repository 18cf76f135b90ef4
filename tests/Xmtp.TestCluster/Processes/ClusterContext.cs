using Xmtp.TestCluster.Faults;

namespace Xmtp.TestCluster.Processes;

/// <summary>What the nodes of one cluster share.</summary>
internal sealed record ClusterContext(string Directory, Links Links, Reaper Reaper, IReadOnlyList<string> NodeOptions, Func<int, int, int> FindSource);
