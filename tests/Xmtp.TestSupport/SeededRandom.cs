using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Xmtp.TestSupport;

/// <summary>
/// An endless source of randomness that a seed decides wholly, on every machine: SHA-256 of seed and block number.
/// A test with a fresh seed shows it on failure: <c>Assert.True(ok, random.ToString())</c>.
/// </summary>
public sealed class SeededRandom(int seed) : RandomNumberGenerator
{
    private readonly Lock _lock = new();
    private readonly byte[] _block = new byte[SHA256.HashSizeInBytes];
    private ulong _next;
    private int _used = SHA256.HashSizeInBytes;

    /// <summary>What decides every byte.</summary>
    public int Seed { get; } = seed;

    /// <summary>A source with a seed of the system's choice, or the one in <c>XMTP_TEST_SEED</c> to repeat a failure.</summary>
    public static SeededRandom Fresh() =>
        new(int.TryParse(Environment.GetEnvironmentVariable("XMTP_TEST_SEED"), out var seed) ? seed : GetInt32(int.MaxValue));

    /// <summary>The next <paramref name="count"/> bytes.</summary>
    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        GetBytes(bytes.AsSpan());
        return bytes;
    }

    /// <summary>A number in 0 … <paramref name="limit"/> - 1.</summary>
    public int Number(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        GetBytes(bytes);
        return (int)(BinaryPrimitives.ReadUInt64LittleEndian(bytes) % (ulong)limit);
    }

    /// <inheritdoc/>
    public override void GetBytes(byte[] data) => GetBytes(data.AsSpan());

    /// <inheritdoc/>
    public override void GetBytes(byte[] data, int offset, int count) => GetBytes(data.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void GetBytes(Span<byte> data)
    {
        lock (_lock)
        {
            while (!data.IsEmpty)
            {
                if (_used == _block.Length)
                    NextBlock();
                var count = Math.Min(data.Length, _block.Length - _used);
                _block.AsSpan(_used, count).CopyTo(data);
                _used += count;
                data = data[count..];
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"seed {Seed}; set XMTP_TEST_SEED={Seed} to repeat";

    private void NextBlock()
    {
        Span<byte> input = stackalloc byte[sizeof(int) + sizeof(ulong)];
        BinaryPrimitives.WriteInt32LittleEndian(input, Seed);
        BinaryPrimitives.WriteUInt64LittleEndian(input[sizeof(int)..], _next++);
        SHA256.HashData(input, _block);
        _used = 0;
    }
}
