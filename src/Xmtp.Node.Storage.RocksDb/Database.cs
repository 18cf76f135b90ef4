using Xmtp.Node.Storage.RocksDb.Native;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>An open RocksDB database of our format: its columns, and reads and writes without needless copies.</summary>
internal sealed class Database : IDisposable
{
    private readonly OpenDatabase _db;
    private readonly AccessOptions _options = new();

    private Database(OpenDatabase db)
    {
        _db = db;
        Log = db[StoreFormat.LogColumn];
        Evidence = db[StoreFormat.EvidenceColumn];
        Header = db[StoreFormat.HeaderColumn];
        Head = db[StoreFormat.HeadColumn];
        Payload = db[StoreFormat.PayloadColumn];
        Visible = db[StoreFormat.VisibleColumn];
        Copy = db[StoreFormat.CopyColumn];
        Expiry = db[StoreFormat.ExpiryColumn];
        Numbers = new ColumnNumbers(this);
    }

    public Column Log { get; }

    public Column Evidence { get; }

    public Column Header { get; }

    public Column Head { get; }

    public Column Payload { get; }

    public Column Visible { get; }

    public Column Copy { get; }

    public Column Expiry { get; }

    public ColumnNumbers Numbers { get; }

    /// <summary>Opens or creates a database.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StoreUnusable"/>: it belongs to a running process, or is of another format.</exception>
    /// <exception cref="RocksDbException">The disk failed, or the files are damaged.</exception>
    public static Database Open(string path, RocksDbStoreOptions options)
    {
        CheckForeign(path);
        Directory.CreateDirectory(path);
        OpenDatabase db;
        try
        {
            using var setup = DatabaseOptions.For(options);
            db = OpenDatabase.Open(path, setup);
        }
        catch (RocksDbException e) when (e.Message.Contains("lock", StringComparison.OrdinalIgnoreCase) && e.Message.Contains("LOCK", StringComparison.Ordinal))
        {
            throw new XmtpException(ErrorCatalogue.StoreUnusable, $"The store in {path} belongs to a running process.", e);
        }
        catch (RocksDbException e) when (e.Message.StartsWith("Corruption", StringComparison.Ordinal))
        {
            throw new XmtpException(ErrorCatalogue.StoreUnusable, $"The store in {path} is damaged: {e.Message}. Restore it from a backup.", e);
        }

        var database = new Database(db);
        try
        {
            database.CheckFormat(path);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens an existing database for reading only: what still works when the disk is full.</summary>
    public static Database OpenReadOnly(string path, RocksDbStoreOptions options)
    {
        using var setup = DatabaseOptions.For(options);
        return new Database(OpenDatabase.Open(path, setup, readOnly: true));
    }

    /// <summary>Reads a value of known length.</summary>
    public unsafe bool TryGet(ReadOnlySpan<byte> key, Span<byte> value, Column column)
    {
        var slice = Pin(key, column);
        if (slice == 0) return false;
        try
        {
            var bytes = RocksDbApi.rocksdb_pinnableslice_value(slice, out var length);
            if (length != (nuint)value.Length) throw new RocksDbException($"Corruption: a value has {length} bytes instead of {value.Length}");
            new ReadOnlySpan<byte>(bytes, value.Length).CopyTo(value);
            return true;
        }
        finally
        {
            RocksDbApi.rocksdb_pinnableslice_destroy(slice);
        }
    }

    /// <summary>Reads a value from an offset on with a single copy, from the database's block into the array returned.</summary>
    public unsafe byte[]? Get(ReadOnlySpan<byte> key, Column column, int offset = 0)
    {
        var slice = Pin(key, column);
        if (slice == 0) return null;
        try
        {
            var bytes = RocksDbApi.rocksdb_pinnableslice_value(slice, out var length);
            var value = new ReadOnlySpan<byte>(bytes, checked((int)length));
            return offset < value.Length ? value[offset..].ToArray() : [];
        }
        finally
        {
            RocksDbApi.rocksdb_pinnableslice_destroy(slice);
        }
    }

    public Iterator Iterate(Column column) => new(RocksDbApi.rocksdb_create_iterator_cf(_db.Handle, _options.Read, column.Handle));

    /// <summary>An iterator for reading on and on, which leaves the cache to others.</summary>
    public Iterator Scan(Column column) => new(RocksDbApi.rocksdb_create_iterator_cf(_db.Handle, _options.ReadScan, column.Handle));

    /// <summary>An iterator that ends where the prefix of its last seek ends, and may skip files whose filter lacks the prefix.</summary>
    public Iterator IteratePrefix(Column column) => new(RocksDbApi.rocksdb_create_iterator_cf(_db.Handle, _options.ReadPrefix, column.Handle));

    public void WriteDurably(WriteBatch batch) => Write(batch.Handle, _options.WriteDurably);

    /// <inheritdoc cref="WriteDurably(WriteBatch)"/>
    public void WriteDurably(BatchBuffer batch)
    {
        var native = batch.ToNative();
        try
        {
            Write(native, _options.WriteDurably);
        }
        finally
        {
            RocksDbApi.rocksdb_writebatch_destroy(native);
        }
    }

    /// <summary>Writes what may be lost in a crash; the next durable write makes it durable too.</summary>
    public void WriteLazily(WriteBatch batch) => Write(batch.Handle, _options.WriteLazily);

    public long EstimateCount(Column column) => _db.NumberOf("rocksdb.estimate-num-keys", column);

    /// <summary>Writes all columns out to sorted files.</summary>
    public void Flush()
    {
        foreach (var column in new[] { Log, Evidence, Header, Head, Payload, Visible, Copy, Expiry })
        {
            RocksDbApi.rocksdb_flush_cf(_db.Handle, _options.Flush, column.Handle, out var error);
            RocksDbException.ThrowIf(error);
        }
    }

    /// <summary>
    /// All columns, in the order in which they are compacted: what removal leaves most of comes first, and the one with the format mark is not
    /// left out, since as long as one column is not written out the write-ahead log stays.
    /// </summary>
    public IReadOnlyList<Column> Columns => [Payload, Visible, Copy, Expiry, Head, Header, Log, Evidence, _db[StoreFormat.MetaColumn]];

    /// <inheritdoc cref="OpenDatabase.Compact"/>
    public void Compact(Column column) => _db.Compact(column);

    /// <inheritdoc cref="OpenDatabase.CancelCompaction"/>
    public void CancelCompaction() => _db.CancelCompaction();

    /// <inheritdoc cref="OpenDatabase.AllowCompaction"/>
    public void AllowCompaction() => _db.AllowCompaction();

    /// <inheritdoc cref="OpenDatabase.Checkpoint"/>
    public void Checkpoint(string path) => _db.Checkpoint(path);

    public void Dispose()
    {
        _db.Dispose();
        _options.Dispose();
    }

    /// <summary>A value where it lies in the database; 0 when there is none. The caller frees it.</summary>
    private unsafe nint Pin(ReadOnlySpan<byte> key, Column column)
    {
        fixed (byte* pointer = key)
        {
            var slice = RocksDbApi.rocksdb_get_pinned_cf(_db.Handle, _options.Read, column.Handle, pointer, (nuint)key.Length, out var error);
            RocksDbException.ThrowIf(error);
            return slice;
        }
    }

    private void Write(nint batch, nint options)
    {
        RocksDbApi.rocksdb_write(_db.Handle, options, batch, out var error);
        RocksDbException.ThrowIf(error);
    }

    /// <summary>Refuses a foreign or newer database before anything in it is touched.</summary>
    private static void CheckForeign(string path)
    {
        if (!Directory.Exists(path)) return;
        if (!File.Exists(Path.Combine(path, "CURRENT")))
        {
            if (!Directory.EnumerateFiles(path, "MANIFEST-*").Any() && !Directory.EnumerateFiles(path, "*.sst").Any()) return;
            throw Unusable(path, "lacks its file CURRENT: it is damaged; restore it from a backup");
        }

        var columns = OpenDatabase.ListColumns(path);
        if (columns.Contains(StoreFormat.RepeatColumn)) throw Unusable(path, StoreFormat.RefusalOfFormat1);
        if (columns.FirstOrDefault(static column => !StoreFormat.Columns.Contains(column)) is { } unknown)
            throw Unusable(path, $"has a column \"{unknown}\" that this software does not know; it was written by a newer version or another program");
        if (columns.Contains(StoreFormat.HeaderColumn)) return;
        // Only the default column: ours when a first start was cut short and it is empty, else somebody else's.
        using var setup = new DatabaseSetup();
        setup.AddColumn(StoreFormat.MetaColumn);
        using var db = OpenDatabase.Open(path, setup, readOnly: true);
        using var options = new AccessOptions();
        if (!IsEmpty(db, options, StoreFormat.MetaColumn)) throw Unusable(path, StoreFormat.Refusal(default)!);
    }

    /// <summary>Checks the mark of the format, and gives one to a database that is new.</summary>
    private void CheckFormat(string path)
    {
        var meta = _db[StoreFormat.MetaColumn];
        if (Get(StoreFormat.FormatKey, meta) is { } value)
        {
            if (StoreFormat.Refusal(value) is { } refusal) throw Unusable(path, refusal);
            return;
        }

        if (!Array.TrueForAll(StoreFormat.Columns, name => IsEmpty(_db, _options, name)))
            throw Unusable(path, "holds data without a format mark: it is damaged; restore it from a backup");
        using var mark = new WriteBatch();
        mark.Put(StoreFormat.FormatKey, StoreFormat.FormatValue, meta);
        WriteDurably(mark);
    }

    private static bool IsEmpty(OpenDatabase db, AccessOptions options, string column)
    {
        using var iterator = new Iterator(RocksDbApi.rocksdb_create_iterator_cf(db.Handle, options.Read, db[column].Handle));
        iterator.SeekToFirst();
        return !iterator.Valid();
    }

    private static XmtpException Unusable(string path, string why) => new(ErrorCatalogue.StoreUnusable, $"The store in {path} {why}.");
}
