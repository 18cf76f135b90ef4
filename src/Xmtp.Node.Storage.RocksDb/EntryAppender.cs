using RocksDbSharp;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>Writes entries. One append at a time; the native batch is reused.</summary>
internal sealed class EntryAppender : IDisposable
{
    private readonly Lock _lock = new();
    private readonly WriteBatch _batch = new();

    public void Append(Database database, ReadOnlySpan<PendingEntry> entries)
    {
        lock (_lock)
        {
            _batch.Clear();
            foreach (var entry in entries) Add(database, entry);
            database.WriteDurably(_batch);
        }
    }

    public void Dispose() => _batch.Dispose();

    public static void Find(Database database, ReadOnlySpan<Hash256> keys, Span<EntryPlace> places)
    {
        Span<byte> key = stackalloc byte[Hash256.Length];
        Span<byte> place = stackalloc byte[StoreFormat.PlaceLength];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i].CopyTo(key);
            places[i] = database.TryGet(key, place, database.Repeat) ? EntryHeaderFormat.ReadKey(place) : default;
        }
    }

    private void Add(Database database, PendingEntry entry)
    {
        Span<byte> place = stackalloc byte[StoreFormat.PlaceLength];
        EntryHeaderFormat.WriteKey(place, entry.Place);
        _batch.Put(place, entry.Header, database.Header);
        _batch.Put(place, entry.Payload.Span, database.Payload);

        Span<byte> key = stackalloc byte[StoreFormat.VisibleKeyLength];
        entry.IdempotencyKey.CopyTo(key);
        _batch.Put(key[..Hash256.Length], place, database.Repeat);

        StoreFormat.WriteVisibleKey(key, entry.TopicHash, new EnvelopeKey(entry.SenderTimeNs, entry.Digest));
        _batch.Put(key, place, database.Visible);

        if (entry.ExpiryNs == 0) return;
        StoreFormat.WriteExpiryKey(key, entry.ExpiryNs, entry.Place);
        _batch.Put(key[..StoreFormat.ExpiryKeyLength], default, database.Expiry);
    }
}
