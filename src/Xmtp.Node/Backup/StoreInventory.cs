using System.Globalization;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Storage.RocksDb;

namespace Xmtp.Node.Backup;

/// <summary>How far a store on the disk has every log, which is checked on the way.</summary>
internal static class StoreInventory
{
    /// <summary>Reads it. Nobody else has the store open.</summary>
    /// <param name="path">The store.</param>
    /// <param name="everything">Whether every entry is read and checked, and not only the last ones.</param>
    /// <param name="cancellationToken">Gives up before it begins.</param>
    /// <exception cref="Protocol.Errors.XmtpException"><see cref="Protocol.Errors.ErrorCatalogue.StoreUnusable"/>: the store is damaged.</exception>
    public static async Task<IReadOnlyList<BackupLog>> ReadAsync(string path, bool everything, CancellationToken cancellationToken)
    {
        var options = new RocksDbStoreOptions();
        if (everything) options = options with { EntriesCheckedAtStart = int.MaxValue, ForeignEntriesCheckedAtStart = int.MaxValue };
        var store = RocksDbEnvelopeStore.Open(path, options);
        await using (store.ConfigureAwait(false))
        {
            var logs = await Task.Run(() => store.RecoverAsync(cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
            return [.. logs.Select(Describe).OrderBy(static log => log.Id, StringComparer.Ordinal)];
        }
    }

    private static BackupLog Describe(StoredLog log) => new(
        log.Name.ToHash().ToString(), log.Name.Node.ToString(), log.Name.Shard, log.Name.Incarnation.ToString("x16", CultureInfo.InvariantCulture),
        log.IsWritable, log.IsFrozen, log.End.Sequence, log.End.Hash.ToString());
}
