using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>Writes commits, each as one batch over all columns. One at a time; the buffer is reused.</summary>
internal sealed class CommitWriter
{
    private readonly BatchBuffer _batch = new();

    public void Write(Database database, in LogCommit commit)
    {
        var columns = database.Numbers;
        _batch.Clear();
        foreach (var entry in commit.Entries.Span) Add(columns, entry);
        foreach (var (log, head) in commit.Heads.Span) Add(columns, log, head);
        database.WriteDurably(_batch);
    }

    private void Add(ColumnNumbers columns, PendingEntry entry)
    {
        Span<byte> place = stackalloc byte[StoreFormat.PlaceLength];
        EntryHeaderFormat.WriteKey(place, entry.Place);
        _batch.Put(columns.Header, place, entry.Header);
        if (entry.Payload is { } payload) _batch.Put(columns.Payload, place, payload.Span);
        if (entry.Visibility != EntryVisibility.Hidden) AddToIndex(columns, entry, place);
        if (entry.ExpiryNs == 0) return;
        Span<byte> expiry = stackalloc byte[StoreFormat.ExpiryKeyLength];
        StoreFormat.WriteExpiryKey(expiry, entry.ExpiryNs, entry.Place);
        _batch.Put(columns.Expiry, expiry, default);
    }

    private void AddToIndex(ColumnNumbers columns, PendingEntry entry, ReadOnlySpan<byte> place)
    {
        Span<byte> key = stackalloc byte[StoreFormat.CopyKeyLength];
        StoreFormat.WriteVisibleKey(key, entry.IndexKey.TopicHash, entry.IndexKey.Key);
        Span<byte> row = stackalloc byte[StoreFormat.VisibleRowLength];
        place.CopyTo(row);
        StoreFormat.WriteOffset(row[StoreFormat.PlaceLength..], entry.MessageOffset);
        if (entry.Visibility == EntryVisibility.Visible)
        {
            _batch.Put(columns.Visible, key[..StoreFormat.VisibleKeyLength], row);
            return;
        }

        place.CopyTo(key[StoreFormat.VisibleKeyLength..]);
        _batch.Put(columns.Copy, key, row[StoreFormat.PlaceLength..]);
    }

    private void Add(ColumnNumbers columns, LogId log, SignedHead head)
    {
        Span<byte> place = stackalloc byte[StoreFormat.PlaceLength];
        EntryHeaderFormat.WriteKey(place, new EntryPlace(log, head.Sequence));
        _batch.Put(columns.Head, place, head.Bytes.Span);
    }
}
