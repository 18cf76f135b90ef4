using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Storage.RocksDb.Native;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>The visible index and the copies beside it.</summary>
internal static class VisibleIndex
{
    public static void Find(Database database, ReadOnlySpan<EnvelopeIndexKey> keys, Span<EntryPlace> places)
    {
        Span<byte> key = stackalloc byte[StoreFormat.VisibleKeyLength];
        for (var i = 0; i < keys.Length; i++)
        {
            StoreFormat.WriteVisibleKey(key, keys[i].TopicHash, keys[i].Key);
            places[i] = Find(database, key);
        }
    }

    /// <summary>The place that a row names, or none.</summary>
    public static EntryPlace Find(Database database, ReadOnlySpan<byte> key)
    {
        Span<byte> row = stackalloc byte[StoreFormat.VisibleRowLength];
        return database.TryGet(key, row, database.Visible) ? EntryHeaderFormat.ReadKey(row) : default;
    }

    public static IReadOnlyList<EntryPlace> FindCopies(Database database, EnvelopeIndexKey key)
    {
        Span<byte> prefix = stackalloc byte[StoreFormat.VisibleKeyLength];
        StoreFormat.WriteVisibleKey(prefix, key.TopicHash, key.Key);
        var places = new List<EntryPlace>();
        using var iterator = database.IteratePrefix(database.Copy);
        for (iterator.Seek(prefix); IsIn(iterator, prefix); iterator.Next()) places.Add(PlaceOfCopy(iterator.GetKeySpan()));
        return places;
    }

    public static void ReadTopic(Database database, string topic, EnvelopeKey first, IList<(EnvelopeKey Key, EntryPlace Place)> destination, int countMax)
    {
        Span<byte> start = stackalloc byte[StoreFormat.VisibleKeyLength];
        StoreFormat.WriteVisibleKey(start, StoreFormat.HashTopic(topic), first);
        using var iterator = database.IteratePrefix(database.Visible);
        for (iterator.Seek(start); countMax-- > 0 && IsIn(iterator, start[..StoreFormat.TopicLength]); iterator.Next())
            destination.Add((StoreFormat.ReadVisibleKey(iterator.GetKeySpan()), EntryHeaderFormat.ReadKey(iterator.GetValueSpan())));
    }

    /// <summary>Lets a row name the first other copy that may be shown, or removes it when there is none.</summary>
    public static void MoveOrRemove(Database database, WriteBatch batch, ReadOnlySpan<byte> key, Func<EntryPlace, bool> mayShow)
    {
        using var iterator = database.IteratePrefix(database.Copy);
        for (iterator.Seek(key); IsIn(iterator, key); iterator.Next())
        {
            if (!mayShow(PlaceOfCopy(iterator.GetKeySpan()))) continue;
            Span<byte> row = stackalloc byte[StoreFormat.VisibleRowLength];
            iterator.GetKeySpan()[StoreFormat.VisibleKeyLength..].CopyTo(row);
            iterator.GetValueSpan().CopyTo(row[StoreFormat.PlaceLength..]);
            batch.Put(key, row, database.Visible);
            batch.Delete(iterator.GetKeySpan(), database.Copy);
            return;
        }

        batch.Delete(key, database.Visible);
    }

    public static EntryPlace PlaceOfCopy(ReadOnlySpan<byte> key) => EntryHeaderFormat.ReadKey(key[StoreFormat.VisibleKeyLength..]);

    /// <summary>Checked here too: a prefix iterator is free to stand on another prefix once it has left its own.</summary>
    public static bool IsIn(Iterator iterator, ReadOnlySpan<byte> prefix) => iterator.Valid() && iterator.GetKeySpan().StartsWith(prefix);
}
