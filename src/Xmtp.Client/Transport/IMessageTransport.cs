using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>
/// The calls of the classic message API, over whatever wire. An implementation sends each call once: retries, tokens,
/// time limits and paging are the business of the layer above, so that every wire behaves alike.
/// Failures are <see cref="NodeException"/>; cancellation is <see cref="OperationCanceledException"/>.
/// </summary>
public interface IMessageTransport : IEnvelopeQueries, IAsyncDisposable
{
    /// <summary>Publishes all envelopes in one request.</summary>
    /// <param name="request">Envelopes with their final timestamps.</param>
    /// <param name="authorization">Value of the <c>Authorization</c> header.</param>
    /// <param name="acknowledgement">What must have happened before the node answers.</param>
    /// <param name="cancellationToken">Ends the call at once.</param>
    /// <returns>What had happened; null when the node did not say, as one that knows no levels.</returns>
    Task<AckLevel?> PublishAsync(
        PublishRequest request, string authorization, AckLevel acknowledgement = default, CancellationToken cancellationToken = default);

    /// <summary>Subscribes to topics, and asks the node to state positions. The node has confirmed the subscription when the call returns.</summary>
    /// <param name="topics">Exact topics; may be empty.</param>
    /// <param name="position">Position of an earlier subscription to go on from, on this node or another; null to begin now.</param>
    /// <param name="cancellationToken">Ends the opening; a subscription that is open is ended by disposing it.</param>
    Task<IEnvelopeSubscription> SubscribeAsync(
        IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default);
}
