namespace Xmtp.Node.Storage.RocksDb.Native;

/// <summary>Rows that are written together or not at all.</summary>
internal sealed unsafe class WriteBatch : IDisposable
{
    /// <summary>The library's object.</summary>
    public nint Handle { get; private set; } = RocksDbApi.rocksdb_writebatch_create();

    public int Count() => RocksDbApi.rocksdb_writebatch_count(Handle);

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Column column)
    {
        fixed (byte* keyPointer = key)
        fixed (byte* valuePointer = value)
            RocksDbApi.rocksdb_writebatch_put_cf(Handle, column.Handle, keyPointer, (nuint)key.Length, valuePointer, (nuint)value.Length);
    }

    public void Delete(ReadOnlySpan<byte> key, Column column)
    {
        fixed (byte* pointer = key) RocksDbApi.rocksdb_writebatch_delete_cf(Handle, column.Handle, pointer, (nuint)key.Length);
    }

    public void Clear() => RocksDbApi.rocksdb_writebatch_clear(Handle);

    public void Dispose()
    {
        if (Handle == 0) return;
        RocksDbApi.rocksdb_writebatch_destroy(Handle);
        Handle = 0;
    }
}
