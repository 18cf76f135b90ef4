using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>Gives every call, and the opening of every subscription, the same time limit.</summary>
internal sealed class TimeLimitedTransport(IMessageTransport inner, TimeSpan limit, TimeProvider time, bool disposeInner) : IMessageTransport
{
    public Task PublishAsync(PublishRequest request, string authorization, CancellationToken cancellationToken = default) =>
        RunAsync(
            async token =>
            {
                await inner.PublishAsync(request, authorization, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    public Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default) =>
        RunAsync(token => inner.QueryAsync(request, token), cancellationToken);

    public Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken = default) =>
        RunAsync(token => inner.BatchQueryAsync(request, token), cancellationToken);

    public Task<IEnvelopeSubscription> SubscribeAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken = default) =>
        RunAsync(token => inner.SubscribeAsync(topics, token), cancellationToken);

    public ValueTask DisposeAsync() => disposeInner ? inner.DisposeAsync() : ValueTask.CompletedTask;

    private async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await call(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested && timer.IsCancellationRequested)
        {
            throw new NodeException(ErrorCatalogue.DeadlineExceeded, $"the node did not answer within {limit.TotalSeconds:0.###} s", cancelled);
        }
    }
}
