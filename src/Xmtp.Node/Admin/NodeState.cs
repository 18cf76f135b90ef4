using Xmtp.Node.Hosting;
using Xmtp.Node.Readiness;

namespace Xmtp.Node.Admin;

/// <summary>What a node is doing, in one word.</summary>
internal sealed class NodeState(NodeHealth health, NodeDrain drain)
{
    /// <summary>The word.</summary>
    public string Current
    {
        get
        {
            if (health.Stopping.IsCancellationRequested) return "stopping";
            if (health.IsDrained) return drain.IsDrained ? "drained" : "draining";
            if (!health.IsStoreHealthy) return "failed";
            return health.IsJoining ? "joining" : "ready";
        }
    }
}
