using System.Diagnostics.CodeAnalysis;
using Xmtp.Node.Core.Subscriptions;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core;

/// <summary>
/// A live reader. It is registered when the call that made it returns: what is published from then on arrives here, what was
/// acknowledged before is found by a query. Disposing it, or ending the enumeration, frees it at once.
/// </summary>
public interface ISubscription : IDisposable, IAsyncDisposable
{
    /// <summary>
    /// Where the node stood when this became live, together with where the reader said it had come to: whoever has queried its
    /// topics since, or read what it asked to be caught up with, has all up to here. Null when it was not opened with positions.
    /// </summary>
    StreamPosition? Position { get; }

    /// <summary>
    /// Follows exactly these topics from now on. Topics kept miss nothing and repeat nothing; none of a removed topic arrives
    /// after one of an added topic.
    /// </summary>
    /// <param name="topics">The whole new set; empty is allowed and silent.</param>
    /// <exception cref="InvalidOperationException">The subscription follows all topics.</exception>
    void ReplaceTopics(IEnumerable<string> topics);

    /// <summary>
    /// Envelopes in this node's order of arrival. One enumeration per subscription; its end disposes the subscription.
    /// The objects are shared between all readers and must not be changed.
    /// </summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.Unavailable"/>, after all that was buffered: the reader fell behind, or the node is stopping.</exception>
    IAsyncEnumerable<Envelope> ReadAllAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes an envelope that is there already, so that a transport can write several before it flushes. Call it between
    /// steps of the enumeration.
    /// </summary>
    /// <param name="envelope">The envelope.</param>
    bool TryRead([NotNullWhen(true)] out Envelope? envelope);
}
