using System.IO.Compression;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes.Compression;

/// <summary>Writes the two containers of compressed content.</summary>
internal static class ContentCompressor
{
    public static byte[] Compress(ReadOnlySpan<byte> content, Proto.Compression compression)
    {
        using var output = new MemoryStream();
        using (Stream stream = compression == Proto.Compression.Gzip
            ? new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true)
            : new ZLibStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(content);
        }

        return output.ToArray();
    }
}
