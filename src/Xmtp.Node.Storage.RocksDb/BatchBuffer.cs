using System.Buffers.Binary;
using Xmtp.Node.Storage.RocksDb.Native;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>
/// A write batch in its serialised form, built here and handed over whole: one call into the library for a commit instead of one
/// for each row. The form is what RocksDB's log and its replication hold, so it is as stable as those: eight bytes for the sequence,
/// which the library fills in, the count, then for each row a tag, the column, key and value, each with its length.
/// </summary>
internal sealed class BatchBuffer
{
    private const int HeaderLength = 12;
    private const int CountOffset = 8;
    private const byte PutToColumn = 5;
    private const int VarintLengthMax = 5;

    // Commits are small; after a large one the buffer is let go.
    private const int LengthKept = 8 << 20;

    private byte[] _bytes = new byte[64 << 10];
    private int _length = HeaderLength;
    private uint _count;

    public void Clear()
    {
        if (_bytes.Length > LengthKept) _bytes = new byte[64 << 10];
        _bytes.AsSpan(0, HeaderLength).Clear();
        (_length, _count) = (HeaderLength, 0);
    }

    /// <summary>Adds a row.</summary>
    public void Put(uint column, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var destination = Reserve(1 + 3 * VarintLengthMax + key.Length + value.Length);
        destination[0] = PutToColumn;
        var length = 1 + WriteVarint(destination[1..], column);
        length += Write(destination[length..], key);
        length += Write(destination[length..], value);
        _length += length;
        _count++;
    }

    /// <summary>The batch for the library, which copies it. The caller frees it.</summary>
    public unsafe IntPtr ToNative()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(CountOffset), _count);
        fixed (byte* bytes = _bytes) return RocksDbApi.rocksdb_writebatch_create_from(bytes, (nuint)_length);
    }

    private Span<byte> Reserve(int length)
    {
        var needed = checked(_length + length);
        if (needed > _bytes.Length) Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _bytes.Length)));
        return _bytes.AsSpan(_length);
    }

    private static int Write(Span<byte> destination, ReadOnlySpan<byte> bytes)
    {
        var length = WriteVarint(destination, (uint)bytes.Length);
        bytes.CopyTo(destination[length..]);
        return length + bytes.Length;
    }

    private static int WriteVarint(Span<byte> destination, uint value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7) destination[length++] = (byte)(value | 0x80);
        destination[length++] = (byte)value;
        return length;
    }
}
