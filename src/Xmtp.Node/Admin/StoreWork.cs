using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Admin;

/// <summary>Long work on the store, one at a time: two would only slow each other and the node down.</summary>
internal sealed class StoreWork(IStoreMaintenance? store)
{
    private string? _busy;

    /// <summary>What is being done; null when nothing is.</summary>
    public string? Busy => Volatile.Read(ref _busy);

    /// <summary>Where the store is; null for one that is on no disk.</summary>
    public string? Location => store?.Location;

    /// <summary>Does something.</summary>
    /// <param name="what">Its name.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.OperationRefused"/>: something else is being done, or the store is on no disk.</exception>
    public async Task<T> RunAsync<T>(string what, Func<IStoreMaintenance, Task<T>> work)
    {
        if (store is null) throw new XmtpException(ErrorCatalogue.OperationRefused, $"This node keeps envelopes in memory only; it has no store for a {what}.");
        if (Interlocked.CompareExchange(ref _busy, what, null) is { } busy) throw new XmtpException(ErrorCatalogue.OperationRefused, $"A {busy} is under way. Wait until it is done.");
        try
        {
            return await work(store).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _busy, null);
        }
    }

    /// <summary>Bytes of the store's files; 0 for one that is on no disk.</summary>
    public long MeasureBytes()
    {
        if (store is null || !Directory.Exists(store.Location)) return 0;
        long bytes = 0;
        foreach (var file in new DirectoryInfo(store.Location).EnumerateFiles())
        {
            try
            {
                bytes += file.Length;
            }
            catch (FileNotFoundException)
            {
                // The store has just removed it.
            }
        }

        return bytes;
    }
}
