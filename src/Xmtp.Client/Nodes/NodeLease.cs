using Xmtp.Client.Transport;

namespace Xmtp.Client.Nodes;

/// <summary>The use of a node by one call or subscription, which tells the pool how it went.</summary>
internal sealed class NodeLease(NodePool pool, PoolNode node, INodeTransport transport, int version, bool isTrying) : IAsyncDisposable
{
    private int _left;

    public PoolNode Node => node;

    public INodeTransport Transport => transport;

    /// <summary>The node answered, be it with a refusal.</summary>
    public void Answered() => pool.Answered(node, version);

    /// <summary>Notes a failure, if another node might have done better.</summary>
    public void Failed(NodeException failure)
    {
        if (IsTheNodes(failure)) pool.Failed(node, version, failure);
        else Answered();
    }

    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _left, 1) == 0 ? pool.LeaveAsync(node, isTrying) : ValueTask.CompletedTask;

    // A node that stored a publish and waited for others in vain is well itself.
    private static bool IsTheNodes(NodeException failure) =>
        failure.IsRetryable && failure.Code != Protocol.Errors.ErrorCatalogue.AcknowledgementNotReached;
}
