using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>
/// One live subscription, from its opening to the loss of its connection. It does not reconnect. It pulls: what the
/// reader does not take stays on the wire, so a slow reader costs no memory here.
/// </summary>
public interface IEnvelopeSubscription : IAsyncDisposable
{
    /// <summary>Where the node stood when the subscription became live; null when the node states no positions.</summary>
    string? Position { get; }

    /// <summary>
    /// Whether the node goes on from the position it was given: everything on the topics that lies above it comes, before
    /// anything live. False when none was given, or the node could not read it.
    /// </summary>
    bool IsContinued { get; }

    /// <summary>
    /// Whether the wire itself notices that the other side is gone, as HTTP/2 does with its pings. Where it does not, a
    /// dead connection looks like one on which nobody writes.
    /// </summary>
    bool NoticesLoss { get; }

    /// <summary>
    /// Replaces the whole set of topics. Topics in both sets lose nothing. Whether the node has taken the new set on
    /// when the call returns depends on the wire, so callers query added topics once more a little later.
    /// </summary>
    /// <param name="topics">Exact topics; may be empty.</param>
    /// <param name="position">The newest position the caller has, for wires that open another call; null when it has none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task ReplaceTopicsAsync(IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Envelopes as they arrive, possibly repeated. Where the node states positions, some stand on the topic
    /// <c>xmtp-position</c>: their message is a position at or below which everything came before. One reader at a time.
    /// </summary>
    /// <exception cref="NodeException">The connection was lost. A node may also end it without a failure.</exception>
    IAsyncEnumerable<Envelope> ReadAllAsync(CancellationToken cancellationToken = default);
}
