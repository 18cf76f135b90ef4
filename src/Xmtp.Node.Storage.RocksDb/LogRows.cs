using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Storage.RocksDb.Native;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>The logs that a store knows, without their entries.</summary>
internal static class LogRows
{
    private const byte WritableFlag = 1;
    private const byte FrozenFlag = 2;

    /// <summary>What is stored about a log.</summary>
    public sealed record Row(LogId Id, LogName Name, NodePublicKey Key, bool IsWritable, bool IsFrozen);

    /// <summary>All of them, by number.</summary>
    public static IReadOnlyList<Row> ReadAll(Database database)
    {
        var rows = new List<Row>();
        using var iterator = database.Iterate(database.Log);
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
        {
            var id = StoreFormat.ReadLogKey(iterator.GetKeySpan());
            if (id.Value != rows.Count) throw Damaged(new LogId((uint)rows.Count), "is missing");
            rows.Add(Read(id, iterator.GetValueSpan()));
        }

        return rows;
    }

    public static LogId Add(Database database, LogName name, NodePublicKey key, bool isWritable)
    {
        var id = FindFree(database, name);
        using var batch = new WriteBatch();
        Put(database, batch, new Row(id, name, key, isWritable, IsFrozen: false));
        database.WriteDurably(batch);
        return id;
    }

    public static void Freeze(Database database, LogId log, ReadOnlySpan<byte> evidence)
    {
        Span<byte> key = stackalloc byte[StoreFormat.LogKeyLength];
        StoreFormat.WriteLogKey(key, log);
        var row = Read(log, database.Get(key, database.Log) ?? throw new InvalidOperationException($"Log {log} is not known."));
        using var batch = new WriteBatch();
        batch.Put(key, evidence, database.Evidence);
        Put(database, batch, row with { IsFrozen = true });
        database.WriteDurably(batch);
    }

    public static byte[]? ReadEvidence(Database database, LogId log)
    {
        Span<byte> key = stackalloc byte[StoreFormat.LogKeyLength];
        StoreFormat.WriteLogKey(key, log);
        return database.Get(key, database.Evidence);
    }

    /// <summary>The number after the last. Names are compared as bytes: to make keys of all rows for each new log would take long.</summary>
    private static LogId FindFree(Database database, LogName name)
    {
        Span<byte> bytes = stackalloc byte[LogName.Length];
        name.CopyTo(bytes);
        uint next = 0;
        using var iterator = database.Iterate(database.Log);
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
        {
            if (iterator.GetValueSpan().StartsWith(bytes)) throw new InvalidOperationException($"The log {name} is known already.");
            next = StoreFormat.ReadLogKey(iterator.GetKeySpan()).Value + 1;
        }

        return new LogId(next);
    }

    private static void Put(Database database, WriteBatch batch, Row row)
    {
        Span<byte> key = stackalloc byte[StoreFormat.LogKeyLength];
        StoreFormat.WriteLogKey(key, row.Id);
        Span<byte> value = stackalloc byte[StoreFormat.LogRowLength];
        row.Name.CopyTo(value);
        row.Key.Bytes.Span.CopyTo(value[LogName.Length..]);
        value[^1] = (byte)((row.IsWritable ? WritableFlag : 0) | (row.IsFrozen ? FrozenFlag : 0));
        batch.Put(key, value, database.Log);
    }

    private static Row Read(LogId id, ReadOnlySpan<byte> value)
    {
        if (value.Length != StoreFormat.LogRowLength) throw Damaged(id, "is unreadable");
        var name = LogName.Read(value);
        if (!NodePublicKey.TryCreate(value.Slice(LogName.Length, NodePublicKey.Length), out var key) || key.Id != name.Node)
            throw Damaged(id, "has another key than its name says");
        return new Row(id, name, key, (value[^1] & WritableFlag) != 0, (value[^1] & FrozenFlag) != 0);
    }

    private static XmtpException Damaged(LogId log, string how) =>
        new(ErrorCatalogue.StoreUnusable, $"The row of log {log} {how}: the store is damaged. Restore it from a backup.");
}
