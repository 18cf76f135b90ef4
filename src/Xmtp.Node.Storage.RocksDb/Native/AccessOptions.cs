namespace Xmtp.Node.Storage.RocksDb.Native;

/// <summary>The ways in which an open database is read and written.</summary>
internal sealed class AccessOptions : IDisposable
{
    public AccessOptions()
    {
        RocksDbApi.rocksdb_readoptions_set_prefix_same_as_start(ReadPrefix, 1);
        RocksDbApi.rocksdb_readoptions_set_fill_cache(ReadScan, 0);
        RocksDbApi.rocksdb_writeoptions_set_sync(WriteDurably, 1);
        RocksDbApi.rocksdb_flushoptions_set_wait(Flush, 1);
    }

    /// <summary>Any row.</summary>
    public nint Read { get; } = RocksDbApi.rocksdb_readoptions_create();

    /// <summary>Rows that begin as the key that was sought.</summary>
    public nint ReadPrefix { get; } = RocksDbApi.rocksdb_readoptions_create();

    /// <summary>One row after the other, past the cache.</summary>
    public nint ReadScan { get; } = RocksDbApi.rocksdb_readoptions_create();

    /// <summary>fdatasync on the write-ahead log before a write returns.</summary>
    public nint WriteDurably { get; } = RocksDbApi.rocksdb_writeoptions_create();

    /// <summary>To the system, which writes it to the disk when it likes.</summary>
    public nint WriteLazily { get; } = RocksDbApi.rocksdb_writeoptions_create();

    /// <summary>Returns when all is written.</summary>
    public nint Flush { get; } = RocksDbApi.rocksdb_flushoptions_create();

    public void Dispose()
    {
        foreach (var options in new[] { Read, ReadPrefix, ReadScan }) RocksDbApi.rocksdb_readoptions_destroy(options);
        foreach (var options in new[] { WriteDurably, WriteLazily }) RocksDbApi.rocksdb_writeoptions_destroy(options);
        RocksDbApi.rocksdb_flushoptions_destroy(Flush);
    }
}
