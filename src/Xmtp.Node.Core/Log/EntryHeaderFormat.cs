using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Core.Log;

/// <summary>
/// The stored bytes of an <see cref="EntryHeader"/>, version 1. All numbers are big-endian:
/// <code>
/// offset size
///   0      1   version (1)
///   1      1   kind
///   2      4   log
///   6      8   sequence
///  14      8   originator time, ns
///  22      8   expiry, ns (0 = never)
///  30      8   sender time, ns
///  38     32   digest
///  70     32   idempotency key
/// 102      4   payload length
/// 106      2   topic length
/// 108      …   topic, UTF-8
/// </code>
/// The payload is stored beside it, under the same place. The bytes are frozen by <c>vectors/storage</c>.
/// </summary>
public static class EntryHeaderFormat
{
    /// <summary>The version written.</summary>
    public const byte Version = 1;

    /// <summary>Length of all but the topic, in bytes.</summary>
    public const int FixedLength = 108;

    /// <summary>Length of the longest header, in bytes.</summary>
    public const int LengthMax = FixedLength + Limits.TopicLengthMaxBytes;

    private const int LogOffset = 2;
    private const int OriginatorTimeOffset = 14;
    private const int ExpiryOffset = 22;
    private const int SenderTimeOffset = 30;
    private const int DigestOffset = 38;
    private const int IdempotencyKeyOffset = 70;
    private const int PayloadLengthOffset = 102;
    private const int TopicLengthOffset = 106;

    /// <summary>Writes a header whose place and times are still open; <see cref="WritePlace"/> completes it.</summary>
    /// <returns>How many bytes were written.</returns>
    internal static int WriteDraft(
        Span<byte> destination, EntryKind kind, ulong senderTimeNs, Hash256 digest, Hash256 key, int payloadLength, ReadOnlySpan<byte> topic)
    {
        destination[0] = Version;
        destination[1] = (byte)kind;
        destination[LogOffset..SenderTimeOffset].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(destination[SenderTimeOffset..], senderTimeNs);
        digest.CopyTo(destination[DigestOffset..]);
        key.CopyTo(destination[IdempotencyKeyOffset..]);
        BinaryPrimitives.WriteInt32BigEndian(destination[PayloadLengthOffset..], payloadLength);
        BinaryPrimitives.WriteUInt16BigEndian(destination[TopicLengthOffset..], checked((ushort)topic.Length));
        topic.CopyTo(destination[FixedLength..]);
        return FixedLength + topic.Length;
    }

    /// <summary>Fills in what only the log's writer knows.</summary>
    internal static void WritePlace(Span<byte> header, EntryPlace place, long originatorTimeNs, long expiryNs)
    {
        WriteKey(header[LogOffset..], place);
        BinaryPrimitives.WriteInt64BigEndian(header[OriginatorTimeOffset..], originatorTimeNs);
        BinaryPrimitives.WriteInt64BigEndian(header[ExpiryOffset..], expiryNs);
    }

    /// <summary>Length of a place in bytes: log and sequence, as they stand in the header and in every store key.</summary>
    public const int PlaceLength = 12;

    /// <summary>Writes <paramref name="place"/> so that byte order is log order.</summary>
    /// <param name="destination">At least <see cref="PlaceLength"/> bytes.</param>
    /// <param name="place">The place.</param>
    public static void WriteKey(Span<byte> destination, EntryPlace place)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, place.Log.Value);
        BinaryPrimitives.WriteUInt64BigEndian(destination[4..], place.Sequence);
    }

    /// <summary>Reads what <see cref="WriteKey"/> wrote.</summary>
    /// <param name="source">At least <see cref="PlaceLength"/> bytes.</param>
    public static EntryPlace ReadKey(ReadOnlySpan<byte> source) =>
        new(new LogId(BinaryPrimitives.ReadUInt32BigEndian(source)), BinaryPrimitives.ReadUInt64BigEndian(source[4..]));

    /// <summary>Reads a stored header.</summary>
    /// <param name="source">The stored bytes, all of them.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StoreUnusable"/>: a version this software does not know, or damage.</exception>
    public static EntryHeader Read(ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty) throw Damaged("is empty");
        if (source[0] != Version)
            throw new XmtpException(ErrorCatalogue.StoreUnusable, $"An entry has format version {source[0]}; this software reads version {Version}.");
        if (source.Length < FixedLength) throw Damaged($"has {source.Length} bytes, too few");
        var topicLength = BinaryPrimitives.ReadUInt16BigEndian(source[TopicLengthOffset..]);
        if (source.Length != FixedLength + topicLength) throw Damaged($"has {source.Length} bytes where {FixedLength + topicLength} are due");
        var topic = source[FixedLength..];
        if (!Utf8.IsValid(topic)) throw Damaged("has a topic that is not UTF-8");
        var payloadLength = BinaryPrimitives.ReadInt32BigEndian(source[PayloadLengthOffset..]);
        if (payloadLength < 0) throw Damaged("has a negative payload length");
        return new EntryHeader
        {
            Kind = (EntryKind)source[1],
            Place = ReadKey(source[LogOffset..]),
            OriginatorTimeNs = BinaryPrimitives.ReadInt64BigEndian(source[OriginatorTimeOffset..]),
            ExpiryNs = BinaryPrimitives.ReadInt64BigEndian(source[ExpiryOffset..]),
            SenderTimeNs = BinaryPrimitives.ReadUInt64BigEndian(source[SenderTimeOffset..]),
            Digest = new Hash256(source.Slice(DigestOffset, Hash256.Length)),
            IdempotencyKey = new Hash256(source.Slice(IdempotencyKeyOffset, Hash256.Length)),
            PayloadLength = payloadLength,
            Topic = Encoding.UTF8.GetString(topic),
        };
    }

    private static XmtpException Damaged(string how) =>
        new(ErrorCatalogue.StoreUnusable, $"A stored entry header {how}: the store is damaged. Restore it from a backup.");
}
