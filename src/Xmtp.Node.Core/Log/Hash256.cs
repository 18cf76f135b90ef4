using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Xmtp.Node.Core.Log;

/// <summary>A SHA-256 value. Values compare as their 32 bytes do, from the first byte on.</summary>
public readonly record struct Hash256 : IComparable<Hash256>
{
    /// <summary>Length in bytes.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    // Big-endian words: comparing the numbers in turn compares the bytes.
    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;

    /// <summary>Takes 32 bytes as they stand.</summary>
    /// <param name="bytes">Exactly <see cref="Length"/> bytes.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public Hash256(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length) throw new ArgumentException($"A hash has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        _first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _second = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _third = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _fourth = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    private Hash256(ulong first, ulong second, ulong third, ulong fourth) =>
        (_first, _second, _third, _fourth) = (first, second, third, fourth);

    /// <summary>The largest value: 32 bytes 0xFF. The smallest is <c>default</c>.</summary>
    public static Hash256 Max { get; } = new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    /// <summary>The first eight bytes as a big-endian number.</summary>
    public ulong Prefix => _first;

    /// <summary>Writes the 32 bytes.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _first);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _second);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _third);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _fourth);
    }

    /// <summary>The 32 bytes in a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The next larger value.</summary>
    /// <param name="next">The value, or all zeros after <see cref="Max"/>.</param>
    /// <returns>False when this is <see cref="Max"/>.</returns>
    public bool TryIncrement(out Hash256 next)
    {
        var fourth = _fourth + 1;
        var third = fourth == 0 ? _third + 1 : _third;
        var second = fourth == 0 && third == 0 ? _second + 1 : _second;
        var first = fourth == 0 && third == 0 && second == 0 ? _first + 1 : _first;
        next = new Hash256(first, second, third, fourth);
        return next != default;
    }

    /// <summary>The next smaller value.</summary>
    /// <param name="previous">The value, or <see cref="Max"/> before all zeros.</param>
    /// <returns>False when this is all zeros.</returns>
    public bool TryDecrement(out Hash256 previous)
    {
        var fourth = _fourth - 1;
        var third = _fourth == 0 ? _third - 1 : _third;
        var second = _fourth == 0 && _third == 0 ? _second - 1 : _second;
        var first = _fourth == 0 && _third == 0 && _second == 0 ? _first - 1 : _first;
        previous = new Hash256(first, second, third, fourth);
        return this != default;
    }

    /// <inheritdoc/>
    public int CompareTo(Hash256 other)
    {
        if (_first != other._first) return _first < other._first ? -1 : 1;
        if (_second != other._second) return _second < other._second ? -1 : 1;
        if (_third != other._third) return _third < other._third ? -1 : 1;
        return _fourth.CompareTo(other._fourth);
    }

    /// <summary>Uniform already, so a few bits are hash code enough.</summary>
    public override int GetHashCode() => (int)_fourth ^ (int)_first;

    /// <summary>64 lower-case hex digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());

    /// <summary>Byte order of <paramref name="left"/> and <paramref name="right"/>.</summary>
    public static bool operator <(Hash256 left, Hash256 right) => left.CompareTo(right) < 0;

    /// <summary>Byte order of <paramref name="left"/> and <paramref name="right"/>.</summary>
    public static bool operator >(Hash256 left, Hash256 right) => left.CompareTo(right) > 0;

    /// <summary>Byte order of <paramref name="left"/> and <paramref name="right"/>.</summary>
    public static bool operator <=(Hash256 left, Hash256 right) => left.CompareTo(right) <= 0;

    /// <summary>Byte order of <paramref name="left"/> and <paramref name="right"/>.</summary>
    public static bool operator >=(Hash256 left, Hash256 right) => left.CompareTo(right) >= 0;
}
