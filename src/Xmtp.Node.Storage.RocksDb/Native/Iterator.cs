namespace Xmtp.Node.Storage.RocksDb.Native;

/// <summary>A walk over the rows of a column in key order. Spans that it gives hold until it moves.</summary>
internal sealed unsafe class Iterator(nint handle) : IDisposable
{
    private nint _handle = handle;

    public void SeekToFirst() => RocksDbApi.rocksdb_iter_seek_to_first(_handle);

    /// <summary>Goes to the first row from a key on.</summary>
    public void Seek(ReadOnlySpan<byte> key)
    {
        fixed (byte* pointer = key) RocksDbApi.rocksdb_iter_seek(_handle, pointer, (nuint)key.Length);
    }

    /// <summary>Goes to the last row up to a key.</summary>
    public void SeekForPrev(ReadOnlySpan<byte> key)
    {
        fixed (byte* pointer = key) RocksDbApi.rocksdb_iter_seek_for_prev(_handle, pointer, (nuint)key.Length);
    }

    public void Next() => RocksDbApi.rocksdb_iter_next(_handle);

    public void Prev() => RocksDbApi.rocksdb_iter_prev(_handle);

    /// <summary>Whether it stands on a row.</summary>
    /// <exception cref="RocksDbException">It stands nowhere because reading failed: that is not the end of the rows.</exception>
    public bool Valid()
    {
        if (RocksDbApi.rocksdb_iter_valid(_handle) != 0) return true;
        RocksDbApi.rocksdb_iter_get_error(_handle, out var error);
        RocksDbException.ThrowIf(error);
        return false;
    }

    public ReadOnlySpan<byte> GetKeySpan()
    {
        var bytes = RocksDbApi.rocksdb_iter_key(_handle, out var length);
        return new ReadOnlySpan<byte>(bytes, checked((int)length));
    }

    public ReadOnlySpan<byte> GetValueSpan()
    {
        var bytes = RocksDbApi.rocksdb_iter_value(_handle, out var length);
        return new ReadOnlySpan<byte>(bytes, checked((int)length));
    }

    public void Dispose()
    {
        if (_handle == 0) return;
        RocksDbApi.rocksdb_iter_destroy(_handle);
        _handle = 0;
    }
}
