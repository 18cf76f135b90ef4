using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Xmtp.Client.Messages;

/// <summary>
/// Names a V1 or V2 message: SHA-256 of the serialised <c>Message</c> exactly as it travelled, shown as 64 lower-case
/// hex digits. Copies of one message on several topics share it, so it is what readers de-duplicate by. In a V2 message
/// the two push fields are hashed but not encrypted: a relay that changes them makes another id of the same message.
/// </summary>
public readonly record struct MessageId : ISpanParsable<MessageId>, ISpanFormattable
{
    /// <summary>Length in bytes.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    /// <summary>Takes a digest.</summary>
    /// <param name="digest"><see cref="Length"/> bytes.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public MessageId(ReadOnlySpan<byte> digest)
    {
        if (digest.Length != Length) throw new ArgumentException($"A message id has {Length} bytes.", nameof(digest));
        _high = BinaryPrimitives.ReadUInt128BigEndian(digest);
        _low = BinaryPrimitives.ReadUInt128BigEndian(digest[16..]);
    }

    /// <summary>Computes the id of a serialised <c>Message</c>.</summary>
    public static MessageId FromMessage(ReadOnlySpan<byte> messageBytes)
    {
        Span<byte> digest = stackalloc byte[Length];
        SHA256.HashData(messageBytes, digest);
        return new MessageId(digest);
    }

    /// <summary>Writes the <see cref="Length"/> bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
    }

    /// <summary>Reads 64 hex digits of either case.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static MessageId Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) => TryParse(s, provider, out var id)
        ? id
        : throw new FormatException("A message id is 64 hex digits.");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static MessageId Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <summary>Reads 64 hex digits of either case.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out MessageId result)
    {
        result = default;
        if (s.Length != 2 * Length ||
            !UInt128.TryParse(s[..32], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high) ||
            !UInt128.TryParse(s[32..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low)) return false;
        Span<byte> digest = stackalloc byte[Length];
        BinaryPrimitives.WriteUInt128BigEndian(digest, high);
        BinaryPrimitives.WriteUInt128BigEndian(digest[16..], low);
        result = new MessageId(digest);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out MessageId)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MessageId result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null)
    {
        Span<byte> digest = stackalloc byte[Length];
        CopyTo(digest);
        return Convert.TryToHexStringLower(digest, destination, out charsWritten);
    }

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <summary>64 lower-case hex digits.</summary>
    public override string ToString()
    {
        Span<byte> digest = stackalloc byte[Length];
        CopyTo(digest);
        return Convert.ToHexStringLower(digest);
    }
}
