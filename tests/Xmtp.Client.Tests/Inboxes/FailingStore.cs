using Xmtp.Client.Storage;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Tests.Inboxes;

/// <summary>A store on a disk that can be full.</summary>
internal sealed class FailingStore(IClientStore inner) : IClientStore
{
    public bool IsFull { get; set; }

    public ValueTask<IReadOnlyList<ReadOnlyMemory<byte>?>> FindAsync(IReadOnlyList<ReadOnlyMemory<byte>> keys, CancellationToken cancellationToken = default) =>
        inner.FindAsync(keys, cancellationToken);

    public ValueTask<IReadOnlyList<StoreRow>> ReadAsync(StoreRange range, CancellationToken cancellationToken = default) => inner.ReadAsync(range, cancellationToken);

    public ValueTask CommitAsync(IReadOnlyList<StoreChange> changes, CancellationToken cancellationToken = default) =>
        IsFull ? throw new XmtpException(ErrorCatalogue.StorageFailed, "the disk is full") : inner.CommitAsync(changes, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
