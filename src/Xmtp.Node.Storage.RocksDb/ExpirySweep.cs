using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Storage.RocksDb.Native;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>
/// Removes expired payloads with their index rows, in order of expiry. It remembers up to where nothing is left, so that a round
/// does not step over the marks of everything removed before. Never called beside a commit.
/// </summary>
internal sealed class ExpirySweep
{
    private long _startNs;

    /// <summary>Takes note of entries just committed: one that expires before the start moves it back.</summary>
    public void Committed(ReadOnlySpan<PendingEntry> entries)
    {
        foreach (var entry in entries)
            if (entry.ExpiryNs != 0) _startNs = Math.Min(_startNs, entry.ExpiryNs);
    }

    public int Run(Database database, long nowNs, int countMax)
    {
        Span<byte> start = stackalloc byte[StoreFormat.ExpiryKeyLength];
        StoreFormat.WriteExpiryKey(start, _startNs, default);
        using var batch = new WriteBatch();
        using var iterator = database.Iterate(database.Expiry);
        var (removed, next) = (0, _startNs);
        for (iterator.Seek(start); removed < countMax && iterator.Valid(); iterator.Next())
        {
            (next, var place) = StoreFormat.ReadExpiryKey(iterator.GetKeySpan());
            if (next > nowNs) break;
            Remove(database, batch, place, nowNs);
            batch.Delete(iterator.GetKeySpan(), database.Expiry);
            removed++;
        }

        // Lost in a crash, this is simply done again.
        if (removed > 0) database.WriteLazily(batch);
        _startNs = next;
        return removed;
    }

    private static void Remove(Database database, WriteBatch batch, EntryPlace place, long nowNs)
    {
        var header = EntryReader.ReadHeader(database, place)
            ?? throw new XmtpException(ErrorCatalogue.StoreUnusable, $"Entry {place.Sequence} of log {place.Log} is to expire but is missing: the store is damaged.");
        Span<byte> key = stackalloc byte[StoreFormat.CopyKeyLength];
        EntryHeaderFormat.WriteKey(key, place);
        batch.Delete(key[..StoreFormat.PlaceLength], database.Payload);

        StoreFormat.WriteVisibleKey(key, StoreFormat.HashTopic(header.Topic), new EnvelopeKey(header.SenderTimeNs, header.Digest));
        var visibleKey = key[..StoreFormat.VisibleKeyLength];
        if (VisibleIndex.Find(database, visibleKey) == place)
        {
            // One that has expired too is removed in its turn, perhaps in the same batch.
            VisibleIndex.MoveOrRemove(database, batch, visibleKey, other => EntryReader.ReadHeader(database, other) is { } copy && (copy.ExpiryNs == 0 || copy.ExpiryNs > nowNs));
            return;
        }

        EntryHeaderFormat.WriteKey(key[StoreFormat.VisibleKeyLength..], place);
        batch.Delete(key, database.Copy);
    }
}
