using Google.Protobuf;
using Xmtp.ContentTypes.Compression;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>What holds for encoded content of every type: its bytes and its compression.</summary>
public static class EncodedContents
{
    /// <summary>Shorter content, in bytes, is never compressed.</summary>
    public const int CompressedSourceLengthMin = 10;

    /// <summary>Reads the bytes that messages carry.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.MalformedData"/>: the bytes are no encoded content.</exception>
    public static Proto.EncodedContent Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Proto.EncodedContent.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new XmtpException(ErrorCatalogue.MalformedData, $"{bytes.Length} bytes are no encoded content.", exception);
        }
    }

    /// <summary>
    /// Compresses the content bytes in place, where that is allowed and makes them shorter; otherwise does nothing.
    /// Parameters and fallback stay readable.
    /// </summary>
    /// <param name="encoded">Content that is not compressed yet.</param>
    /// <param name="compression">Deflate means the zlib container (RFC 1950), Gzip RFC 1952.</param>
    /// <param name="limits">Where to stop; <see cref="ContentLimits.Default"/> if null.</param>
    /// <exception cref="ArgumentException">The content is compressed already, or the algorithm does not exist.</exception>
    public static void Compress(Proto.EncodedContent encoded, Proto.Compression compression, ContentLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        if (!Enum.IsDefined(compression)) throw new ArgumentOutOfRangeException(nameof(compression), compression, "No such compression.");
        if (encoded.HasCompression) throw new ArgumentException("The content is compressed already.", nameof(encoded));
        limits ??= ContentLimits.Default;
        var length = encoded.Content.Length;
        if (length < CompressedSourceLengthMin || length > limits.CompressedSourceLengthMax || length > limits.InflatedLengthMax) return;
        var compressed = ContentCompressor.Compress(encoded.Content.Span, compression);
        if (compressed.Length >= length) return;
        encoded.Content = UnsafeByteOperations.UnsafeWrap(compressed);
        encoded.Compression = compression;
    }

    /// <summary>The same content without compression. Gives back <paramref name="encoded"/> itself when it has none.</summary>
    /// <param name="encoded">As received; it is not changed.</param>
    /// <param name="lengthMax">Most bytes it may inflate to; never more than that is held in memory.</param>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.ContentTooLarge"/>: it inflates to more.
    /// <see cref="ErrorCatalogue.ContentUnsupported"/>: the algorithm is unknown.
    /// <see cref="ErrorCatalogue.MalformedData"/>: the compressed bytes are damaged, cut short, or followed by others.
    /// </exception>
    public static Proto.EncodedContent Inflate(Proto.EncodedContent encoded, int lengthMax)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        ArgumentOutOfRangeException.ThrowIfNegative(lengthMax);
        if (!encoded.HasCompression) return encoded;
        var content = ContentInflater.Inflate(encoded.Content.Memory, encoded.Compression, lengthMax);
        var inflated = encoded.Clone();
        inflated.ClearCompression();
        inflated.Content = UnsafeByteOperations.UnsafeWrap(content);
        return inflated;
    }
}
