using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Xmtp.Testing;

/// <summary>An endless source of bytes that a seed and a stream number decide, on every machine: SHA-256 of both and a counter. No secret may come from it.</summary>
internal sealed class SeededRandom(int seed, int stream) : RandomNumberGenerator
{
    private readonly Lock _gate = new();
    private readonly byte[] _block = new byte[SHA256.HashSizeInBytes];
    private ulong _next;
    private int _used = SHA256.HashSizeInBytes;

    public override void GetBytes(byte[] data) => GetBytes(data.AsSpan());

    public override void GetBytes(byte[] data, int offset, int count) => GetBytes(data.AsSpan(offset, count));

    public override void GetBytes(Span<byte> data)
    {
        lock (_gate)
        {
            while (!data.IsEmpty)
            {
                if (_used == _block.Length) NextBlock();
                var count = Math.Min(data.Length, _block.Length - _used);
                _block.AsSpan(_used, count).CopyTo(data);
                _used += count;
                data = data[count..];
            }
        }
    }

    private void NextBlock()
    {
        Span<byte> input = stackalloc byte[(2 * sizeof(int)) + sizeof(ulong)];
        BinaryPrimitives.WriteInt32LittleEndian(input, seed);
        BinaryPrimitives.WriteInt32LittleEndian(input[sizeof(int)..], stream);
        BinaryPrimitives.WriteUInt64LittleEndian(input[(2 * sizeof(int))..], _next++);
        SHA256.HashData(input, _block);
        _used = 0;
    }
}
