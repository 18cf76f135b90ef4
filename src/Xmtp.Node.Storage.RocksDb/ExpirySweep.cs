using RocksDbSharp;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>
/// Removes expired payloads with their index rows, in order of expiry. It remembers up to where nothing is left, so that a round
/// does not step over the marks of everything removed before.
/// </summary>
internal sealed class ExpirySweep
{
    private readonly Lock _running = new();
    private readonly Lock _lock = new();
    private long _startNs;
    private long _earliestAppendedNs = long.MaxValue;

    /// <summary>Takes note of entries just appended: one that expires before the start moves it back.</summary>
    public void Appended(ReadOnlySpan<PendingEntry> entries)
    {
        var earliest = long.MaxValue;
        foreach (var entry in entries)
            if (entry.ExpiryNs != 0) earliest = Math.Min(earliest, entry.ExpiryNs);
        if (earliest == long.MaxValue) return;
        lock (_lock)
        {
            _earliestAppendedNs = Math.Min(_earliestAppendedNs, earliest);
            _startNs = Math.Min(_startNs, earliest);
        }
    }

    public int Run(Database database, long nowNs, int countMax)
    {
        lock (_running)
        {
            long next;
            lock (_lock)
            {
                next = _startNs;
                _earliestAppendedNs = long.MaxValue;
            }

            var removed = Remove(database, nowNs, countMax, ref next);
            // What came in meanwhile may or may not have been seen by the scan.
            lock (_lock) _startNs = Math.Min(next, _earliestAppendedNs);
            return removed;
        }
    }

    private static int Remove(Database database, long nowNs, int countMax, ref long nextNs)
    {
        Span<byte> start = stackalloc byte[StoreFormat.ExpiryKeyLength];
        StoreFormat.WriteExpiryKey(start, nextNs, default);
        using var batch = new WriteBatch();
        using var iterator = database.Iterate(database.Expiry);
        var removed = 0;
        for (iterator.Seek(start); removed < countMax && iterator.Valid(); iterator.Next())
        {
            (nextNs, var place) = StoreFormat.ReadExpiryKey(iterator.GetKeySpan());
            if (nextNs > nowNs) break;
            Remove(database, batch, place);
            batch.Delete(iterator.GetKeySpan(), database.Expiry);
            removed++;
        }

        // Lost in a crash, this is simply done again.
        if (removed > 0) database.WriteLazily(batch);
        return removed;
    }

    private static void Remove(Database database, WriteBatch batch, EntryPlace place)
    {
        var header = EntryReader.ReadHeader(database, place)
            ?? throw new XmtpException(ErrorCatalogue.StoreUnusable, $"Entry {place.Sequence} of log {place.Log} is to expire but is missing: the store is damaged.");
        Span<byte> key = stackalloc byte[StoreFormat.VisibleKeyLength];
        EntryHeaderFormat.WriteKey(key, place);
        batch.Delete(key[..StoreFormat.PlaceLength], database.Payload);

        header.IdempotencyKey.CopyTo(key);
        DeleteIfNames(database, batch, key[..Hash256.Length], place, database.Repeat);

        StoreFormat.WriteVisibleKey(key, StoreFormat.HashTopic(header.Topic), new EnvelopeKey(header.SenderTimeNs, header.Digest));
        DeleteIfNames(database, batch, key, place, database.Visible);
    }

    /// <summary>A row may name another copy of the same envelope, which stays.</summary>
    private static void DeleteIfNames(Database database, WriteBatch batch, ReadOnlySpan<byte> key, EntryPlace place, ColumnFamilyHandle column)
    {
        Span<byte> value = stackalloc byte[StoreFormat.PlaceLength];
        if (database.TryGet(key, value, column) && EntryHeaderFormat.ReadKey(value) == place) batch.Delete(key, column);
    }
}
