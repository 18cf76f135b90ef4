using System.Runtime.CompilerServices;
using Xmtp.Client.Transport;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Nodes;

/// <summary>A subscription at one node of a pool: its loss is held against the node, and history is asked of the node it is with.</summary>
internal sealed class FailoverSubscription(IEnvelopeSubscription inner, NodeLease lease, NodeDiscovery? discovery) : IEnvelopeSubscription, IEnvelopeQueries
{
    private readonly IEnvelopeQueries _node = inner as IEnvelopeQueries ?? lease.Transport;

    public string? Position => inner.Position;

    public bool IsContinued => inner.IsContinued;

    public bool NoticesLoss => inner.NoticesLoss;

    public Task ReplaceTopicsAsync(
        IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default) => WatchAsync(async () =>
    {
        await inner.ReplaceTopicsAsync(topics, position, cancellationToken).ConfigureAwait(false);
        return true;
    });

    public Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default) =>
        WatchAsync(() => _node.QueryAsync(request, cancellationToken));

    public Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken = default) =>
        WatchAsync(() => _node.BatchQueryAsync(request, cancellationToken));

    public async IAsyncEnumerable<Envelope> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var envelopes = inner.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (envelopes.ConfigureAwait(false))
        {
            while (await WatchAsync(() => envelopes.MoveNextAsync().AsTask()).ConfigureAwait(false)) yield return envelopes.Current;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await lease.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<T> WatchAsync<T>(Func<Task<T>> step)
    {
        try
        {
            return await step().ConfigureAwait(false);
        }
        catch (NodeException failure)
        {
            lease.Failed(failure);
            if (failure.IsRetryable) discovery?.NodeFailed();
            throw;
        }
    }
}
