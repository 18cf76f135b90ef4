using System.Buffers.Binary;

namespace Xmtp.ContentTypes.Compression;

/// <summary>The framing of one gzip member, RFC 1952 §2.3.</summary>
internal static class GzipMember
{
    private const int FixedHeaderLength = 10;
    private const int TrailerLength = 8;
    private const byte FlagHeaderChecksum = 0x02;
    private const byte FlagExtra = 0x04;
    private const byte FlagName = 0x08;
    private const byte FlagComment = 0x10;
    private const byte FlagsReserved = 0xe0;

    /// <summary>Finds the deflate data between the header and the eight bytes of checksum and length.</summary>
    public static bool TryFindBody(ReadOnlySpan<byte> member, out Range body)
    {
        body = default;
        if (member.Length < FixedHeaderLength + TrailerLength || !member.StartsWith<byte>([0x1f, 0x8b, 8])) return false;
        var flags = member[3];
        if ((flags & FlagsReserved) != 0) return false;
        var end = member.Length - TrailerLength;
        var start = FixedHeaderLength;
        if ((flags & FlagExtra) != 0)
        {
            if (end - start < 2) return false;
            start += 2 + BinaryPrimitives.ReadUInt16LittleEndian(member[start..]);
        }

        if ((flags & FlagName) != 0 && !TrySkipText(member, ref start, end)) return false;
        if ((flags & FlagComment) != 0 && !TrySkipText(member, ref start, end)) return false;
        if ((flags & FlagHeaderChecksum) != 0)
        {
            if (end - start < 2) return false;
            if (BinaryPrimitives.ReadUInt16LittleEndian(member[start..]) != (ushort)Crc32.Compute(member[..start])) return false;
            start += 2;
        }

        if (start > end) return false;
        body = start..end;
        return true;
    }

    private static bool TrySkipText(ReadOnlySpan<byte> member, ref int start, int end)
    {
        if (start > end) return false;
        var length = member[start..end].IndexOf((byte)0);
        start += length + 1;
        return length >= 0;
    }
}
