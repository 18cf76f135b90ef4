using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>
/// One live subscription, from its opening to the loss of its connection. It does not reconnect. It pulls: what the
/// reader does not take stays on the wire, so a slow reader costs no memory here.
/// </summary>
public interface IEnvelopeSubscription : IAsyncDisposable
{
    /// <summary>
    /// Replaces the whole set of topics. Topics in both sets lose nothing. Whether the node has taken the new set on
    /// when the call returns depends on the wire, so callers query added topics once more a little later.
    /// </summary>
    Task ReplaceTopicsAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken = default);

    /// <summary>
    /// Whether the wire itself notices that the other side is gone, as HTTP/2 does with its pings. Where it does not, a
    /// dead connection looks like one on which nobody writes.
    /// </summary>
    bool NoticesLoss { get; }

    /// <summary>Envelopes as they arrive, possibly repeated. One reader at a time.</summary>
    /// <exception cref="NodeException">The connection was lost. A node may also end it without a failure.</exception>
    IAsyncEnumerable<Envelope> ReadAllAsync(CancellationToken cancellationToken = default);
}
