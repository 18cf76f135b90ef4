using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>
/// Several nodes of one network, used one at a time: a call that fails in a way another node might not moves all further
/// calls to the next node. The failed call itself is not repeated here; the layer above does that, with the same timestamps.
/// </summary>
public sealed class FailoverTransport : IMessageTransport
{
    private readonly IReadOnlyList<IMessageTransport> _nodes;
    private int _current;

    /// <summary>Starts with the first node.</summary>
    /// <param name="nodes">At least one; they become this object's to dispose.</param>
    public FailoverTransport(IReadOnlyList<IMessageTransport> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentOutOfRangeException.ThrowIfZero(nodes.Count, nameof(nodes));
        _nodes = [.. nodes];
    }

    /// <inheritdoc/>
    public Task PublishAsync(PublishRequest request, string authorization, CancellationToken cancellationToken = default) =>
        RunAsync(async node =>
        {
            await node.PublishAsync(request, authorization, cancellationToken).ConfigureAwait(false);
            return true;
        });

    /// <inheritdoc/>
    public Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default) =>
        RunAsync(node => node.QueryAsync(request, cancellationToken));

    /// <inheritdoc/>
    public Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken = default) =>
        RunAsync(node => node.BatchQueryAsync(request, cancellationToken));

    /// <inheritdoc/>
    public Task<IEnvelopeSubscription> SubscribeAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken = default) =>
        RunAsync(node => node.SubscribeAsync(topics, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<T> RunAsync<T>(Func<IMessageTransport, Task<T>> call)
    {
        var index = Volatile.Read(ref _current);
        try
        {
            return await call(_nodes[index]).ConfigureAwait(false);
        }
        catch (NodeException failure) when (failure.IsRetryable)
        {
            // Of many calls that fail at once, one moves on.
            Interlocked.CompareExchange(ref _current, (index + 1) % _nodes.Count, index);
            throw;
        }
    }
}
