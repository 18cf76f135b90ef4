namespace Xmtp.Node.Storage.RocksDb.Native;

/// <summary>Options of a database and its columns while it is opened; the library keeps copies of all of them.</summary>
internal sealed class DatabaseSetup : IDisposable
{
    private readonly List<(string Name, nint Options)> _columns = [];
    private readonly List<Action> _undo = [];

    public DatabaseSetup()
    {
        // Nothing of the library is used before this.
        RocksDbLibrary.Prepare();
        Options = RocksDbApi.rocksdb_options_create();
        _undo.Add(() => RocksDbApi.rocksdb_options_destroy(Options));
    }

    /// <summary>Options of the database.</summary>
    public nint Options { get; }

    /// <summary>Columns with their options.</summary>
    public IReadOnlyList<(string Name, nint Options)> Columns => _columns;

    /// <summary>Adds a column with the library's own measures.</summary>
    /// <returns>Its options, for setting others.</returns>
    public nint AddColumn(string name)
    {
        var options = RocksDbApi.rocksdb_options_create();
        _undo.Add(() => RocksDbApi.rocksdb_options_destroy(options));
        _columns.Add((name, options));
        return options;
    }

    /// <summary>Makes a cache of blocks, which lives as long as a table that uses it.</summary>
    public nint AddCache(long bytes)
    {
        var cache = RocksDbApi.rocksdb_cache_create_lru((nuint)bytes);
        _undo.Add(() => RocksDbApi.rocksdb_cache_destroy(cache));
        return cache;
    }

    /// <summary>Makes options of a table.</summary>
    public nint AddTable()
    {
        var table = RocksDbApi.rocksdb_block_based_options_create();
        _undo.Add(() => RocksDbApi.rocksdb_block_based_options_destroy(table));
        return table;
    }

    public void Dispose()
    {
        for (var i = _undo.Count - 1; i >= 0; i--) _undo[i]();
        _undo.Clear();
    }
}
