using RocksDbSharp;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>Writes commits, each as one batch over all columns. One at a time; the native batch is reused.</summary>
internal sealed class CommitWriter : IDisposable
{
    private readonly WriteBatch _batch = new();

    public void Write(Database database, in LogCommit commit)
    {
        _batch.Clear();
        foreach (var entry in commit.Entries.Span) Add(database, entry);
        foreach (var (log, head) in commit.Heads.Span) Add(database, log, head);
        database.WriteDurably(_batch);
    }

    public void Dispose() => _batch.Dispose();

    private void Add(Database database, PendingEntry entry)
    {
        Span<byte> place = stackalloc byte[StoreFormat.PlaceLength];
        EntryHeaderFormat.WriteKey(place, entry.Place);
        _batch.Put(place, entry.Header, database.Header);
        if (entry.Payload is { } payload) _batch.Put(place, payload.Span, database.Payload);
        if (entry.Visibility != EntryVisibility.Hidden) AddToIndex(database, entry, place);
        if (entry.ExpiryNs == 0) return;
        Span<byte> expiry = stackalloc byte[StoreFormat.ExpiryKeyLength];
        StoreFormat.WriteExpiryKey(expiry, entry.ExpiryNs, entry.Place);
        _batch.Put(expiry, default, database.Expiry);
    }

    private void AddToIndex(Database database, PendingEntry entry, ReadOnlySpan<byte> place)
    {
        Span<byte> key = stackalloc byte[StoreFormat.CopyKeyLength];
        StoreFormat.WriteVisibleKey(key, entry.IndexKey.TopicHash, entry.IndexKey.Key);
        Span<byte> row = stackalloc byte[StoreFormat.VisibleRowLength];
        place.CopyTo(row);
        StoreFormat.WriteOffset(row[StoreFormat.PlaceLength..], entry.MessageOffset);
        if (entry.Visibility == EntryVisibility.Visible)
        {
            _batch.Put(key[..StoreFormat.VisibleKeyLength], row, database.Visible);
            return;
        }

        place.CopyTo(key[StoreFormat.VisibleKeyLength..]);
        _batch.Put(key, row[StoreFormat.PlaceLength..], database.Copy);
    }

    private void Add(Database database, LogId log, SignedHead head)
    {
        Span<byte> place = stackalloc byte[StoreFormat.PlaceLength];
        EntryHeaderFormat.WriteKey(place, new EntryPlace(log, head.Sequence));
        _batch.Put(place, head.Bytes.Span, database.Head);
    }
}
