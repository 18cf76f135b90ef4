using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>Reads from the store, page by page, what a reader missed.</summary>
internal interface IReplay
{
    /// <summary>Up to where all was given out, beside what the reader had before.</summary>
    StreamPosition Progress { get; }

    /// <summary>Reads on. A page may be empty before the end.</summary>
    /// <param name="page">Gets what readers see of it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when there is nothing more.</returns>
    ValueTask<bool> ReadAsync(Queue<Envelope> page, CancellationToken cancellationToken);
}
