using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>
/// The calls of the classic message API, over whatever wire. An implementation sends each call once: retries, tokens,
/// time limits and paging are the business of the layer above, so that every wire behaves alike.
/// Failures are <see cref="NodeException"/>; cancellation is <see cref="OperationCanceledException"/>.
/// </summary>
public interface IMessageTransport : IAsyncDisposable
{
    /// <summary>Publishes all envelopes in one request.</summary>
    /// <param name="request">Envelopes with their final timestamps.</param>
    /// <param name="authorization">Value of the <c>Authorization</c> header.</param>
    /// <param name="cancellationToken">Ends the call at once.</param>
    Task PublishAsync(PublishRequest request, string authorization, CancellationToken cancellationToken = default);

    /// <summary>Reads one page.</summary>
    Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default);

    /// <summary>Reads the first page of up to <see cref="Protocol.Limits.BatchQueriesMax"/> queries.</summary>
    Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken = default);

    /// <summary>Subscribes to topics. The node has confirmed the subscription when the call returns.</summary>
    /// <param name="topics">Exact topics; may be empty.</param>
    /// <param name="cancellationToken">Ends the opening; a subscription that is open is ended by disposing it.</param>
    Task<IEnvelopeSubscription> SubscribeAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken = default);
}
