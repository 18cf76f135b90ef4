using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Storage;

/// <summary>
/// Keeps a client's rows in a database of the browser's IndexedDB. Every commit is on the disk when it returns, as far as browsers
/// promise that. One tab at a time has a store: others are refused. What is in it was encrypted by the client.
/// </summary>
[SupportedOSPlatform("browser")]
public sealed class IndexedDbClientStore : IClientStore
{
    // A tab that is being closed lets go of its lock a moment later.
    private const int PatienceMs = 5000;

    private readonly JSObject _store;
    private bool _isDisposed;

    private IndexedDbClientStore(JSObject store, string name) => (_store, Name) = (store, name);

    /// <summary>The database.</summary>
    public string Name { get; }

    /// <summary>Opens a database, or creates it.</summary>
    /// <param name="name">The database's name, for this page's origin.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.StoreUnusable"/>: another tab has it open. <see cref="ErrorCatalogue.StorageFailed"/>: the browser has no storage to give.
    /// </exception>
    public static async Task<IndexedDbClientStore> OpenAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var store = await RunAsync(name, async () =>
        {
            await StoreModule.LoadAsync(cancellationToken).ConfigureAwait(false);
            return await StoreModule.OpenAsync(name, PatienceMs).ConfigureAwait(false);
        }).ConfigureAwait(false);
        if (store.GetPropertyAsBoolean("isOpen")) return new IndexedDbClientStore(store, name);
        store.Dispose();
        throw InUse(name);
    }

    /// <summary>Deletes a database and all that is in it.</summary>
    /// <param name="name">The database's name.</param>
    /// <param name="cancellationToken">Ends the call before anything is deleted.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StoreUnusable"/>: it is open, here or in another tab. <see cref="ErrorCatalogue.StorageFailed"/>: the browser refused.</exception>
    public static async Task DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var isGone = await RunAsync(name, async () =>
        {
            await StoreModule.LoadAsync(cancellationToken).ConfigureAwait(false);
            return await StoreModule.RemoveAsync(name, PatienceMs).ConfigureAwait(false);
        }).ConfigureAwait(false);
        if (!isGone) throw InUse(name);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>?>> FindAsync(IReadOnlyList<ReadOnlyMemory<byte>> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Count == 0) return [];
        return ByteFrames.Unpack(await TakeAsync(StoreModule.FindAsync(Opened(), ByteFrames.Pack([.. keys])), cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StoreRow>> ReadAsync(StoreRange range, CancellationToken cancellationToken = default)
    {
        var reading = StoreModule.ReadAsync(Opened(), range.From.ToArray(), range.To.ToArray(), range.Limit, range.Descending);
        var items = ByteFrames.Unpack(await TakeAsync(reading, cancellationToken).ConfigureAwait(false));
        var rows = new StoreRow[items.Count / 2];
        for (var i = 0; i < rows.Length; i++) rows[i] = new StoreRow(items[2 * i]!.Value, items[(2 * i) + 1]!.Value);
        return rows;
    }

    /// <inheritdoc/>
    public async ValueTask CommitAsync(IReadOnlyList<StoreChange> changes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        cancellationToken.ThrowIfCancellationRequested();
        if (changes.Count == 0) return;
        var frame = ByteFrames.Pack([.. changes.SelectMany(static change => new ReadOnlyMemory<byte>?[] { change.Key, change.Value })]);
        await RunAsync(Name, async () =>
        {
            await StoreModule.CommitAsync(Opened(), frame).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>Closes the database, so that another tab can have it.</summary>
    public ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            StoreModule.Close(_store);
            _store.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The database.</summary>
    public override string ToString() => Name;

    private static XmtpException InUse(string name) => new(ErrorCatalogue.StoreUnusable, $"{name} is open in another tab");

    private static async Task<T> RunAsync<T>(string name, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (JSException failure)
        {
            throw new XmtpException(ErrorCatalogue.StorageFailed, $"{name}: {failure.Message}", failure);
        }
    }

    private JSObject Opened()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _store;
    }

    private async Task<byte[]> TakeAsync(Task<JSObject> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var holder = await RunAsync(Name, () => call).ConfigureAwait(false);
        return StoreModule.Take(holder);
    }
}
