using Xmtp.Node.Core.Log;
using Xmtp.Node.Storage.RocksDb.Native;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>
/// Removes everything of a log beyond a number. Headers may be damaged, so index rows are found by reading the indexes whole:
/// slow, and only after damage. What shows the damage goes last, so that a crash meanwhile only makes it begin anew.
/// </summary>
internal static class LogTrim
{
    private const int BatchRows = 4096;

    public static void Run(Database database, LogId log, ulong end)
    {
        bool IsBeyond(EntryPlace place) => place.Log == log && place.Sequence > end;
        RemoveVisible(database, IsBeyond);
        RemoveWhere(database, database.Copy, key => IsBeyond(VisibleIndex.PlaceOfCopy(key)));
        RemoveWhere(database, database.Expiry, key => IsBeyond(StoreFormat.ReadExpiryKey(key).Place));
        RemoveFrom(database, database.Payload, new EntryPlace(log, end + 1));
        RemoveFrom(database, database.Header, new EntryPlace(log, end + 1));
        RemoveFrom(database, database.Head, new EntryPlace(log, end + 1));
    }

    private delegate bool KeyTest(ReadOnlySpan<byte> key);

    private static void RemoveVisible(Database database, Predicate<EntryPlace> isBeyond)
    {
        using var batch = new WriteBatch();
        using var rows = database.Scan(database.Visible);
        for (rows.SeekToFirst(); rows.Valid(); rows.Next())
        {
            if (!isBeyond(EntryHeaderFormat.ReadKey(rows.GetValueSpan()))) continue;
            VisibleIndex.MoveOrRemove(database, batch, rows.GetKeySpan(), other => !isBeyond(other));
            if (batch.Count() >= BatchRows) Write(database, batch);
        }

        Write(database, batch);
    }

    private static void RemoveWhere(Database database, Column column, KeyTest test)
    {
        using var batch = new WriteBatch();
        using var rows = database.Scan(column);
        for (rows.SeekToFirst(); rows.Valid(); rows.Next())
        {
            if (!test(rows.GetKeySpan())) continue;
            batch.Delete(rows.GetKeySpan(), column);
            if (batch.Count() >= BatchRows) Write(database, batch);
        }

        Write(database, batch);
    }

    private static void RemoveFrom(Database database, Column column, EntryPlace first)
    {
        Span<byte> key = stackalloc byte[StoreFormat.PlaceLength];
        EntryHeaderFormat.WriteKey(key, first);
        using var batch = new WriteBatch();
        using var rows = database.Scan(column);
        for (rows.Seek(key); rows.Valid() && EntryHeaderFormat.ReadKey(rows.GetKeySpan()).Log == first.Log; rows.Next())
        {
            batch.Delete(rows.GetKeySpan(), column);
            if (batch.Count() >= BatchRows) Write(database, batch);
        }

        Write(database, batch);
    }

    private static void Write(Database database, WriteBatch batch)
    {
        database.WriteDurably(batch);
        batch.Clear();
    }
}
