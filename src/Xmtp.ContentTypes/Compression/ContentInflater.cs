using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes.Compression;

/// <summary>
/// Reads the two containers of compressed content. The base library's streams take a cut stream for a short one and
/// ignore what follows the end, so both are told here from where the decoder stopped asking for input.
/// </summary>
internal static class ContentInflater
{
    private const int FirstBufferLength = 4096;

    public static byte[] Inflate(ReadOnlyMemory<byte> compressed, Proto.Compression compression, int lengthMax) => compression switch
    {
        Proto.Compression.Deflate => InflateZlib(compressed, lengthMax),
        Proto.Compression.Gzip => InflateGzip(compressed, lengthMax),
        _ => throw new XmtpException(
            ErrorCatalogue.ContentUnsupported, string.Create(CultureInfo.InvariantCulture, $"unrecognized compression algorithm {(int)compression}")),
    };

    private static byte[] InflateZlib(ReadOnlyMemory<byte> compressed, int lengthMax)
    {
        using var source = new WatchedSource(compressed);
        using var decoder = new ZLibStream(source, CompressionMode.Decompress, leaveOpen: true);
        return ReadAll(decoder, source, lengthMax);
    }

    private static byte[] InflateGzip(ReadOnlyMemory<byte> compressed, int lengthMax)
    {
        // One member, as browsers read it. The base library would go on to further members without telling where the first ended.
        if (!GzipMember.TryFindBody(compressed.Span, out var body)) throw Damaged("no gzip header, or a cut one");
        using var source = new WatchedSource(compressed[body]);
        using var decoder = new DeflateStream(source, CompressionMode.Decompress, leaveOpen: true);
        var content = ReadAll(decoder, source, lengthMax);
        var trailer = compressed.Span[body.End..];
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer) != Crc32.Compute(content)) throw Damaged("wrong checksum");
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) != (uint)content.Length) throw Damaged("wrong length");
        return content;
    }

    private static byte[] ReadAll(Stream decoder, WatchedSource source, int lengthMax)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(FirstBufferLength, lengthMax + 1L));
        try
        {
            var length = 0;
            int read;
            while ((read = decoder.Read(buffer, length, buffer.Length - length)) > 0)
            {
                length += read;
                if (length > lengthMax) throw TooLarge(lengthMax);
                if (length == buffer.Length) buffer = Grow(buffer, lengthMax);
            }

            if (source.IsOverrun) throw Damaged("cut short");
            if (!source.IsDrained) throw Damaged("followed by other bytes");
            return buffer.AsSpan(0, length).ToArray();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            // A zlib stream that asks for a dictionary is the one that becomes an IOException.
            throw Damaged("not decodable");
        }
        finally
        {
            // What people wrote does not stay in a pool that the whole process shares.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static byte[] Grow(byte[] buffer, int lengthMax)
    {
        // One byte above the limit tells content that is too long from content that just fits.
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(buffer.Length * 2L, Math.Min(lengthMax + 1L, Array.MaxLength)));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        return larger;
    }

    private static XmtpException TooLarge(int lengthMax) => new(
        ErrorCatalogue.ContentTooLarge, string.Create(CultureInfo.InvariantCulture, $"compressed content inflates to more than {lengthMax} bytes"));

    private static XmtpException Damaged(string how) => new(ErrorCatalogue.MalformedData, $"compressed content is damaged: {how}");
}
