using System.Runtime.InteropServices;
using RocksDbSharp;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>An open RocksDB database of our format: its columns, and reads and writes without needless copies.</summary>
internal sealed class Database : IDisposable
{
    private readonly RocksDbSharp.RocksDb _db;
    private readonly ReadOptions _read = new();
    private readonly ReadOptions _readPrefix = new ReadOptions().SetPrefixSameAsStart(true);
    private readonly ReadOptions _readScan = new ReadOptions().SetFillCache(false);
    // fdatasync on the write-ahead log before a write returns.
    private readonly WriteOptions _durable = new WriteOptions().SetSync(true);
    private readonly WriteOptions _lazy = new();

    private Database(RocksDbSharp.RocksDb db)
    {
        _db = db;
        Log = db.GetColumnFamily(StoreFormat.LogColumn);
        Evidence = db.GetColumnFamily(StoreFormat.EvidenceColumn);
        Header = db.GetColumnFamily(StoreFormat.HeaderColumn);
        Head = db.GetColumnFamily(StoreFormat.HeadColumn);
        Payload = db.GetColumnFamily(StoreFormat.PayloadColumn);
        Visible = db.GetColumnFamily(StoreFormat.VisibleColumn);
        Copy = db.GetColumnFamily(StoreFormat.CopyColumn);
        Expiry = db.GetColumnFamily(StoreFormat.ExpiryColumn);
        Numbers = new ColumnNumbers(this);
    }

    public ColumnFamilyHandle Log { get; }

    public ColumnFamilyHandle Evidence { get; }

    public ColumnFamilyHandle Header { get; }

    public ColumnFamilyHandle Head { get; }

    public ColumnFamilyHandle Payload { get; }

    public ColumnFamilyHandle Visible { get; }

    public ColumnFamilyHandle Copy { get; }

    public ColumnFamilyHandle Expiry { get; }

    public ColumnNumbers Numbers { get; }

    /// <summary>Opens or creates a database.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StoreUnusable"/>: it belongs to a running process, or is of another format.</exception>
    /// <exception cref="RocksDbException">The disk failed, or the files are damaged.</exception>
    public static Database Open(string path, RocksDbStoreOptions options)
    {
        CheckForeign(path);
        Directory.CreateDirectory(path);
        RocksDbSharp.RocksDb db;
        try
        {
            db = RocksDbSharp.RocksDb.Open(DatabaseOptions.ForDatabase(options), path, DatabaseOptions.ForColumns(options));
        }
        catch (RocksDbException e) when (e.Message.Contains("lock", StringComparison.OrdinalIgnoreCase) && e.Message.Contains("LOCK", StringComparison.Ordinal))
        {
            throw new XmtpException(ErrorCatalogue.StoreUnusable, $"The store in {path} belongs to a running process.", e);
        }
        catch (RocksDbException e) when (e.Message.StartsWith("Corruption", StringComparison.Ordinal))
        {
            throw new XmtpException(ErrorCatalogue.StoreUnusable, $"The store in {path} is damaged: {e.Message}. Restore it from a backup.", e);
        }

        try
        {
            CheckFormat(db, path);
            return new Database(db);
        }
        catch
        {
            db.Dispose();
            throw;
        }
    }

    /// <summary>Opens an existing database for reading only: what still works when the disk is full.</summary>
    public static Database OpenReadOnly(string path, RocksDbStoreOptions options) =>
        new(RocksDbSharp.RocksDb.OpenReadOnly(DatabaseOptions.ForDatabase(options), path, DatabaseOptions.ForColumns(options), false));

    public bool TryGet(ReadOnlySpan<byte> key, Span<byte> value, ColumnFamilyHandle column) => _db.GetFixedSizeValue(key, value, column, _read);

    /// <summary>Reads a value from an offset on with a single copy, from the database's block into the array returned.</summary>
    public unsafe byte[]? Get(ReadOnlySpan<byte> key, ColumnFamilyHandle column, int offset = 0)
    {
        IntPtr slice;
        IntPtr error;
        fixed (byte* pointer = key)
            slice = Native.Instance.rocksdb_get_pinned_cf(_db.Handle, _read.Handle, column.Handle, pointer, (nuint)key.Length, out error);
        if (error != IntPtr.Zero) throw new RocksDbException(error);
        if (slice == IntPtr.Zero) return null;
        try
        {
            var value = Native.Instance.rocksdb_pinnableslice_value(slice, out var length);
            var bytes = GC.AllocateUninitializedArray<byte>(Math.Max(0, checked((int)length) - offset));
            Marshal.Copy(value + offset, bytes, 0, bytes.Length);
            return bytes;
        }
        finally
        {
            Native.Instance.rocksdb_pinnableslice_destroy(slice);
        }
    }

    public Iterator Iterate(ColumnFamilyHandle column) => _db.NewIterator(column, _read);

    /// <summary>An iterator for reading on and on, which leaves the cache to others.</summary>
    public Iterator Scan(ColumnFamilyHandle column) => _db.NewIterator(column, _readScan);

    /// <summary>An iterator that ends where the prefix of its last seek ends, and may skip files whose filter lacks the prefix.</summary>
    public Iterator IteratePrefix(ColumnFamilyHandle column) => _db.NewIterator(column, _readPrefix);

    public void WriteDurably(WriteBatch batch) => _db.Write(batch, _durable);

    /// <inheritdoc cref="WriteDurably(WriteBatch)"/>
    public void WriteDurably(BatchBuffer batch)
    {
        var native = batch.ToNative();
        Native.Instance.rocksdb_write(_db.Handle, _durable.Handle, native, out var error);
        Native.Instance.rocksdb_writebatch_destroy(native);
        if (error != IntPtr.Zero) throw new RocksDbException(error);
    }

    /// <summary>Writes what may be lost in a crash; the next durable write makes it durable too.</summary>
    public void WriteLazily(WriteBatch batch) => _db.Write(batch, _lazy);

    public long EstimateCount(ColumnFamilyHandle column) =>
        long.TryParse(_db.GetProperty("rocksdb.estimate-num-keys", column), out var count) ? count : 0;

    /// <summary>Writes all columns out to sorted files.</summary>
    public void Flush()
    {
        foreach (var column in new[] { Log, Evidence, Header, Head, Payload, Visible, Copy, Expiry })
        {
            var options = new FlushOptions().SetWaitForFlush(true);
            Native.Instance.rocksdb_flush_cf(_db.Handle, options.Handle, column.Handle, out var error);
            if (error != IntPtr.Zero) throw new RocksDbException(error);
        }
    }

    /// <summary>
    /// All columns, in the order in which they are compacted: what removal leaves most of comes first, and the one with the format mark is not
    /// left out, since as long as one column is not written out the write-ahead log stays.
    /// </summary>
    public IReadOnlyList<ColumnFamilyHandle> Columns => [Payload, Visible, Copy, Expiry, Head, Header, Log, Evidence, _db.GetDefaultColumnFamily()];

    /// <summary>Rewrites a column without what was removed from it. <see cref="CancelCompaction"/> ends it early.</summary>
    public void Compact(ColumnFamilyHandle column) => _db.CompactRange((byte[]?)null, null, column);

    /// <summary>Ends a compaction that was asked for, and refuses others.</summary>
    public void CancelCompaction() => Native.Instance.rocksdb_disable_manual_compaction(_db.Handle);

    /// <summary>Takes them again.</summary>
    public void AllowCompaction() => Native.Instance.rocksdb_enable_manual_compaction(_db.Handle);

    /// <summary>Makes a store of all that is committed now in a new directory. What is in memory is written out first, so that sorted files alone hold all.</summary>
    public void Checkpoint(string path)
    {
        using var checkpoint = _db.Checkpoint();
        checkpoint.Save(path, logSizeForFlush: 0);
    }

    public void Dispose() => _db.Dispose();

    /// <summary>Refuses a foreign or newer database before anything in it is touched.</summary>
    private static void CheckForeign(string path)
    {
        if (!Directory.Exists(path)) return;
        if (!File.Exists(Path.Combine(path, "CURRENT")))
        {
            if (!Directory.EnumerateFiles(path, "MANIFEST-*").Any() && !Directory.EnumerateFiles(path, "*.sst").Any()) return;
            throw Unusable(path, "lacks its file CURRENT: it is damaged; restore it from a backup");
        }

        var columns = RocksDbSharp.RocksDb.ListColumnFamilies(new DbOptions(), path).ToArray();
        if (columns.Contains(StoreFormat.RepeatColumn)) throw Unusable(path, StoreFormat.RefusalOfFormat1);
        if (Array.Find(columns, static column => !StoreFormat.Columns.Contains(column)) is { } unknown)
            throw Unusable(path, $"has a column \"{unknown}\" that this software does not know; it was written by a newer version or another program");
        if (columns.Contains(StoreFormat.HeaderColumn)) return;
        // Only the default column: ours when a first start was cut short and it is empty, else somebody else's.
        using var db = RocksDbSharp.RocksDb.OpenReadOnly(new DbOptions(), path, errorIfLogFileExists: false);
        using var iterator = db.NewIterator();
        if (iterator.SeekToFirst().Valid()) throw Unusable(path, StoreFormat.Refusal(default)!);
    }

    private static void CheckFormat(RocksDbSharp.RocksDb db, string path)
    {
        var meta = db.GetDefaultColumnFamily();
        var value = db.Get(StoreFormat.FormatKey, meta, null);
        if (value is not null)
        {
            if (StoreFormat.Refusal(value) is { } refusal) throw Unusable(path, refusal);
            return;
        }

        foreach (var name in StoreFormat.Columns)
        {
            using var iterator = db.NewIterator(db.GetColumnFamily(name));
            if (iterator.SeekToFirst().Valid()) throw Unusable(path, "holds data without a format mark: it is damaged; restore it from a backup");
        }

        db.Put(StoreFormat.FormatKey, StoreFormat.FormatValue, meta, new WriteOptions().SetSync(true));
    }

    private static XmtpException Unusable(string path, string why) => new(ErrorCatalogue.StoreUnusable, $"The store in {path} {why}.");
}
