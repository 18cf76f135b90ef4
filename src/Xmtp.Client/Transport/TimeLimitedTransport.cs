using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>Gives every call, and the opening of every subscription, the same time limit.</summary>
internal sealed class TimeLimitedTransport(IMessageTransport inner, TimeSpan limit, TimeProvider time, bool disposeInner) : INodeTransport
{
    private readonly CallTimer _timer = new(limit, time);

    public Task<AckLevel?> PublishAsync(
        PublishRequest request, string authorization, AckLevel acknowledgement = default, CancellationToken cancellationToken = default) =>
        _timer.RunAsync(token => inner.PublishAsync(request, authorization, acknowledgement, token), cancellationToken);

    public Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default) =>
        _timer.RunAsync(token => inner.QueryAsync(request, token), cancellationToken);

    public Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken = default) =>
        _timer.RunAsync(token => inner.BatchQueryAsync(request, token), cancellationToken);

    public async Task<IEnvelopeSubscription> SubscribeAsync(
        IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default)
    {
        var subscription = await _timer.RunAsync(token => inner.SubscribeAsync(topics, position, token), cancellationToken).ConfigureAwait(false);
        return new TimeLimitedSubscription(subscription, subscription as IEnvelopeQueries ?? inner, _timer);
    }

    public Task<IReadOnlyList<string>?> GetPeersAsync(CancellationToken cancellationToken = default) => inner is INodeTransport node
        ? _timer.RunAsync(node.GetPeersAsync, cancellationToken)
        : Task.FromResult<IReadOnlyList<string>?>(null);

    public ValueTask DisposeAsync() => disposeInner ? inner.DisposeAsync() : ValueTask.CompletedTask;
}
