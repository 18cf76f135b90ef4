using System.Runtime.InteropServices;
using System.Text;

namespace Xmtp.Node.Storage.RocksDb.Native;

/// <summary>A database that the library holds open, with its columns by name.</summary>
internal sealed unsafe class OpenDatabase : IDisposable
{
    private readonly Dictionary<string, Column> _columns = new(StringComparer.Ordinal);
    private nint _handle;

    private OpenDatabase(nint handle) => _handle = handle;

    /// <summary>The library's object. It is gone when this is disposed of, and a null pointer would end the process.</summary>
    public nint Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(OpenDatabase));

    /// <summary>A column by its name.</summary>
    public Column this[string column] => _columns[column];

    /// <summary>Opens or creates a database.</summary>
    /// <exception cref="RocksDbException">It cannot be opened.</exception>
    public static OpenDatabase Open(string path, DatabaseSetup setup, bool readOnly = false)
    {
        var count = setup.Columns.Count;
        var names = stackalloc byte*[count];
        var options = stackalloc nint[count];
        var columns = stackalloc nint[count];
        try
        {
            for (var i = 0; i < count; i++)
            {
                names[i] = (byte*)Marshal.StringToCoTaskMemUTF8(setup.Columns[i].Name);
                options[i] = setup.Columns[i].Options;
            }

            var handle = readOnly
                ? RocksDbApi.rocksdb_open_for_read_only_column_families(setup.Options, path, count, names, options, columns, 0, out var error)
                : RocksDbApi.rocksdb_open_column_families(setup.Options, path, count, names, options, columns, out error);
            RocksDbException.ThrowIf(error);
            var database = new OpenDatabase(handle);
            for (var i = 0; i < count; i++) database._columns.Add(setup.Columns[i].Name, new Column(columns[i]));
            return database;
        }
        finally
        {
            for (var i = 0; i < count; i++) Marshal.FreeCoTaskMem((nint)names[i]);
        }
    }

    /// <summary>The names of the columns in a directory.</summary>
    /// <exception cref="RocksDbException">There is no database, or it cannot be read.</exception>
    public static IReadOnlyList<string> ListColumns(string path)
    {
        using var setup = new DatabaseSetup();
        var list = RocksDbApi.rocksdb_list_column_families(setup.Options, path, out var count, out var error);
        RocksDbException.ThrowIf(error);
        var names = new List<string>();
        for (nuint i = 0; i < count; i++) names.Add(Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(list[i])));
        RocksDbApi.rocksdb_list_column_families_destroy(list, count);
        return names;
    }

    /// <summary>A number that the library tells about a column; 0 when it tells none.</summary>
    public long NumberOf(string property, Column column)
    {
        var text = RocksDbApi.rocksdb_property_value_cf(Handle, column.Handle, property);
        if (text == null) return 0;
        var number = long.TryParse(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text), out var parsed) ? parsed : 0;
        RocksDbApi.rocksdb_free(text);
        return number;
    }

    /// <summary>Rewrites a column without what was removed from it. <see cref="CancelCompaction"/> ends it early.</summary>
    public void Compact(Column column) => RocksDbApi.rocksdb_compact_range_cf(Handle, column.Handle, null, 0, null, 0);

    /// <summary>Ends a compaction that was asked for, and refuses others until <see cref="AllowCompaction"/>.</summary>
    public void CancelCompaction() => RocksDbApi.rocksdb_disable_manual_compaction(Handle);

    /// <summary>Takes them again.</summary>
    public void AllowCompaction() => RocksDbApi.rocksdb_enable_manual_compaction(Handle);

    /// <summary>Makes a database of all that is committed now in a new directory, of sorted files alone.</summary>
    /// <exception cref="RocksDbException">The directory exists, or cannot be written.</exception>
    public void Checkpoint(string path)
    {
        var checkpoint = RocksDbApi.rocksdb_checkpoint_object_create(Handle, out var error);
        RocksDbException.ThrowIf(error);
        RocksDbApi.rocksdb_checkpoint_create(checkpoint, path, 0, out error);
        RocksDbApi.rocksdb_checkpoint_object_destroy(checkpoint);
        RocksDbException.ThrowIf(error);
    }

    public void Dispose()
    {
        if (_handle == 0) return;
        foreach (var column in _columns.Values) RocksDbApi.rocksdb_column_family_handle_destroy(column.Handle);
        RocksDbApi.rocksdb_close(_handle);
        _handle = 0;
    }
}
