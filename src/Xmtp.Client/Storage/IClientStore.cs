using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Storage;

/// <summary>
/// Where a client keeps what it knows on this device: rows of opaque bytes in the order of their keys. The client encrypts
/// every value and blinds every name before a store sees it, so a store needs no secret and sees no content, key, address or topic:
/// only how many rows there are, how long, and the times of messages. One client at a time uses a store.
/// </summary>
public interface IClientStore : IAsyncDisposable
{
    /// <summary>The values of some keys, in their order; null for those that are not there.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StorageFailed"/>: the disk failed.</exception>
    ValueTask<IReadOnlyList<ReadOnlyMemory<byte>?>> FindAsync(IReadOnlyList<ReadOnlyMemory<byte>> keys, CancellationToken cancellationToken = default);

    /// <summary>The rows of a range, in the order of their keys as unsigned bytes.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StorageFailed"/>: the disk failed.</exception>
    ValueTask<IReadOnlyList<StoreRow>> ReadAsync(StoreRange range, CancellationToken cancellationToken = default);

    /// <summary>Makes all changes or none. They are durable when the call returns; a later one for the same key counts.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StorageFailed"/>: the disk failed, and nothing was changed.</exception>
    ValueTask CommitAsync(IReadOnlyList<StoreChange> changes, CancellationToken cancellationToken = default);
}
