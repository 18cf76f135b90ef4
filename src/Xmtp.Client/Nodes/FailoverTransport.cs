using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Nodes;

/// <summary>
/// The nodes of one network as one. A call that cannot be made at a node is made at the next, a few times; one that fails
/// later, after a wait or in a way that is not the connection's, is left to the layer above, whose repeat goes elsewhere
/// because the node is avoided. A publish bears its final timestamps, so that a copy at a second node is the same envelope.
/// </summary>
internal sealed class FailoverTransport(NodePool pool, NodeDiscovery? discovery = null) : IMessageTransport
{
    // Enough for a network that loses some nodes at once; beyond that it is better to wait.
    private const int NodesPerCallMax = 4;

    public Task<AckLevel?> PublishAsync(
        PublishRequest request, string authorization, AckLevel acknowledgement = default, CancellationToken cancellationToken = default) =>
        RunAsync(node => node.PublishAsync(request, authorization, acknowledgement, cancellationToken));

    public Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default) =>
        RunAsync(node => node.QueryAsync(request, cancellationToken));

    public Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken = default) =>
        RunAsync(node => node.BatchQueryAsync(request, cancellationToken));

    public async Task<IEnvelopeSubscription> SubscribeAsync(
        IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default) =>
        await RunAsync(async lease => new FailoverSubscription(
            await lease.Transport.SubscribeAsync(topics, position, cancellationToken).ConfigureAwait(false), lease, discovery)).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        if (discovery is not null) await discovery.DisposeAsync().ConfigureAwait(false);
        await pool.DisposeAsync().ConfigureAwait(false);
    }

    private Task<T> RunAsync<T>(Func<INodeTransport, Task<T>> call) => RunAsync(async lease =>
    {
        await using (lease.ConfigureAwait(false)) return await call(lease.Transport).ConfigureAwait(false);
    });

    /// <summary>A call that succeeds keeps its lease, or has given it back itself.</summary>
    private async Task<T> RunAsync<T>(Func<NodeLease, Task<T>> call)
    {
        var tried = new List<PoolNode>(NodesPerCallMax);
        for (var lease = pool.Enter(); ;)
        {
            NodeException failure;
            try
            {
                var result = await call(lease).ConfigureAwait(false);
                lease.Answered();
                discovery?.NodeAnswered();
                return result;
            }
            catch (NodeException thrown)
            {
                failure = thrown;
                lease.Failed(thrown);
                await lease.DisposeAsync().ConfigureAwait(false);
                if (thrown.IsRetryable) discovery?.NodeFailed();
            }
            catch
            {
                await lease.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            tried.Add(lease.Node);
            var canGoOn = failure.Code == ErrorCatalogue.Unavailable && tried.Count < NodesPerCallMax;
            lease = (canGoOn ? pool.TryEnterOther(tried) : null) ?? throw failure;
        }
    }
}
