using System.Buffers.Binary;
using System.IO.Compression;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Transfer;

/// <summary>
/// The frame of an export: a row of gzip members, so that any tool unpacks it, each of which says in its header how long it is, so that
/// one can be skipped, verified and sent by itself, and a file that was cut short can be gone on with.
/// </summary>
internal static class TransferFormat
{
    /// <summary>The version that this software writes and reads.</summary>
    public const int Version = 1;

    /// <summary>Envelopes of one part.</summary>
    public const int PartEnvelopes = 1000;

    /// <summary>Text of a part after which it is closed.</summary>
    public const int PartTextBytes = 4 << 20;

    /// <summary>Text of a part at most: with one envelope of the largest size more.</summary>
    public const int PartTextMaxBytes = 8 << 20;

    /// <summary>A part as it is stored, at most.</summary>
    public const int PartMaxBytes = PartTextMaxBytes + (64 << 10);

    // Ten bytes as gzip has them, then one extra field: its length, two letters, the length of the number, the number.
    private const int PlainHeaderLength = 10;
    private const int HeaderLength = PlainHeaderLength + 2 + 4 + sizeof(uint);
    private const int FlagsOffset = 3;
    private const byte ExtraFlag = 4;

    private static ReadOnlySpan<byte> Extra => [8, 0, (byte)'X', (byte)'M', 4, 0];

    /// <summary>Packs the lines of a part.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(text);
        var plain = packed.GetBuffer().AsSpan(0, (int)packed.Length);
        var part = new byte[plain.Length + HeaderLength - PlainHeaderLength];
        plain[..PlainHeaderLength].CopyTo(part);
        part[FlagsOffset] |= ExtraFlag;
        Extra.CopyTo(part.AsSpan(PlainHeaderLength));
        BinaryPrimitives.WriteUInt32LittleEndian(part.AsSpan(HeaderLength - sizeof(uint)), (uint)part.Length);
        plain[PlainHeaderLength..].CopyTo(part.AsSpan(HeaderLength));
        return part;
    }

    /// <summary>Reads the next part, packed as it is.</summary>
    /// <returns>The part; null at the end.</returns>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ArchiveUnusable"/>: what follows is no whole part.</exception>
    public static async Task<byte[]?> ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderLength];
        var read = await source.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read == 0) return null;
        if (read < header.Length) throw Unusable("it ends in the middle of a part");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(HeaderLength - sizeof(uint)));
        if (header[0] != 0x1f || header[1] != 0x8b || header[FlagsOffset] != ExtraFlag || !header.AsSpan(PlainHeaderLength, Extra.Length).SequenceEqual(Extra)) throw Unusable("it is no export");
        if (length is <= HeaderLength or > PartMaxBytes) throw Unusable($"a part of it is {length} bytes long");
        var part = new byte[length];
        header.CopyTo(part, 0);
        var rest = await source.ReadAtLeastAsync(part.AsMemory(HeaderLength), part.Length - HeaderLength, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return rest == part.Length - HeaderLength ? part : throw Unusable("it ends in the middle of a part");
    }

    /// <summary>Unpacks a part.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ArchiveUnusable"/>.</exception>
    public static ReadOnlyMemory<byte> Unpack(byte[] part)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(part, writable: false), CompressionMode.Decompress);
            var text = new byte[Math.Min(PartTextMaxBytes, Math.Max(part.Length * 4, 4096))];
            var length = 0;
            while (true)
            {
                var count = gzip.Read(text, length, text.Length - length);
                if (count == 0) return text.AsMemory(0, length);
                length += count;
                if (length < text.Length) continue;
                if (length >= PartTextMaxBytes) throw Unusable("a part of it unpacks to more than any part has");
                Array.Resize(ref text, Math.Min(PartTextMaxBytes, text.Length * 2));
            }
        }
        catch (InvalidDataException broken)
        {
            throw Unusable("a part of it does not unpack", broken);
        }
    }

    /// <summary>Makes the exception for an export that is not what it says.</summary>
    public static XmtpException Unusable(string what, Exception? cause = null) => cause is null
        ? new(ErrorCatalogue.ArchiveUnusable, $"The export is not usable: {what}.")
        : new(ErrorCatalogue.ArchiveUnusable, $"The export is not usable: {what}.", cause);
}
