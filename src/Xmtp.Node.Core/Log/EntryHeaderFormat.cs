using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Core.Log;

/// <summary>
/// The bytes of an <see cref="EntryHeader"/>, version 2: what is stored, hashed and sent. All numbers are big-endian:
/// <code>
/// offset size
///   0      1   version (2)
///   1      1   kind
///   2     44   log: node (32), shard (4), incarnation (8)
///  46      8   sequence
///  54     32   hash of the previous header
///  86      8   originator time, ns
///  94      8   expiry, ns (0 = never)
/// 102      8   sender time, ns
/// 110     32   digest
/// 142     32   idempotency key
/// 174     32   SHA-256 of the payload
/// 206      4   payload length
/// 210      2   topic length
/// 212      …   topic, UTF-8
/// </code>
/// The payload is stored beside it, under the same place. The bytes are frozen by <c>vectors/storage</c>.
/// </summary>
public static class EntryHeaderFormat
{
    /// <summary>The version written.</summary>
    public const byte Version = 2;

    /// <summary>Length of all but the topic, in bytes.</summary>
    public const int FixedLength = 212;

    /// <summary>Length of the longest header, in bytes.</summary>
    public const int LengthMax = FixedLength + Limits.TopicLengthMaxBytes;

    private const int LogOffset = 2;
    private const int SequenceOffset = LogOffset + LogName.Length;
    private const int PreviousOffset = 54;
    private const int OriginatorTimeOffset = 86;
    private const int ExpiryOffset = 94;
    private const int SenderTimeOffset = 102;
    private const int DigestOffset = 110;
    private const int IdempotencyKeyOffset = 142;
    private const int PayloadHashOffset = 174;
    private const int PayloadLengthOffset = 206;
    private const int TopicLengthOffset = 210;

    private static ReadOnlySpan<byte> HashDomain => "xmtp.node.log/header/2"u8;

    /// <summary>Writes a header whose place and times are still open; <see cref="WritePlace"/> completes it.</summary>
    /// <returns>How many bytes were written.</returns>
    internal static int WriteDraft(
        Span<byte> destination, EntryKind kind, ulong senderTimeNs, Hash256 digest, Hash256 key, Hash256 payloadHash, int payloadLength, ReadOnlySpan<byte> topic)
    {
        destination[0] = Version;
        destination[1] = (byte)kind;
        destination[LogOffset..SenderTimeOffset].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(destination[SenderTimeOffset..], senderTimeNs);
        digest.CopyTo(destination[DigestOffset..]);
        key.CopyTo(destination[IdempotencyKeyOffset..]);
        payloadHash.CopyTo(destination[PayloadHashOffset..]);
        BinaryPrimitives.WriteInt32BigEndian(destination[PayloadLengthOffset..], payloadLength);
        BinaryPrimitives.WriteUInt16BigEndian(destination[TopicLengthOffset..], checked((ushort)topic.Length));
        topic.CopyTo(destination[FixedLength..]);
        return FixedLength + topic.Length;
    }

    /// <summary>Fills in what only the log's writer knows.</summary>
    internal static void WritePlace(Span<byte> header, LogName log, ulong sequence, Hash256 previous, long originatorTimeNs, long expiryNs)
    {
        log.CopyTo(header[LogOffset..]);
        BinaryPrimitives.WriteUInt64BigEndian(header[SequenceOffset..], sequence);
        previous.CopyTo(header[PreviousOffset..]);
        BinaryPrimitives.WriteInt64BigEndian(header[OriginatorTimeOffset..], originatorTimeNs);
        BinaryPrimitives.WriteInt64BigEndian(header[ExpiryOffset..], expiryNs);
    }

    /// <summary>SHA-256 over a domain text and a header: what the next header names, and heads sign.</summary>
    /// <param name="header">The header's bytes.</param>
    public static Hash256 Hash(ReadOnlySpan<byte> header)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(header.Length, LengthMax);
        Span<byte> input = stackalloc byte[HashDomain.Length + LengthMax];
        HashDomain.CopyTo(input);
        header.CopyTo(input[HashDomain.Length..]);
        Span<byte> hash = stackalloc byte[Hash256.Length];
        SHA256.HashData(input[..(HashDomain.Length + header.Length)], hash);
        return new Hash256(hash);
    }

    /// <summary>Length of a place in bytes: log and sequence, as they stand in every store key.</summary>
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

    /// <summary>Reads a header from outside.</summary>
    /// <param name="source">The bytes, all of them.</param>
    /// <param name="header">The header.</param>
    /// <param name="problem">What is wrong with the bytes.</param>
    public static bool TryRead(ReadOnlySpan<byte> source, [NotNullWhen(true)] out EntryHeader? header, [NotNullWhen(false)] out string? problem)
    {
        header = null;
        problem = Problem(source);
        if (problem is not null) return false;
        header = new EntryHeader
        {
            Kind = (EntryKind)source[1],
            Log = LogName.Read(source[LogOffset..]),
            Sequence = BinaryPrimitives.ReadUInt64BigEndian(source[SequenceOffset..]),
            PreviousHash = new Hash256(source.Slice(PreviousOffset, Hash256.Length)),
            OriginatorTimeNs = BinaryPrimitives.ReadInt64BigEndian(source[OriginatorTimeOffset..]),
            ExpiryNs = BinaryPrimitives.ReadInt64BigEndian(source[ExpiryOffset..]),
            SenderTimeNs = BinaryPrimitives.ReadUInt64BigEndian(source[SenderTimeOffset..]),
            Digest = new Hash256(source.Slice(DigestOffset, Hash256.Length)),
            IdempotencyKey = new Hash256(source.Slice(IdempotencyKeyOffset, Hash256.Length)),
            PayloadHash = new Hash256(source.Slice(PayloadHashOffset, Hash256.Length)),
            PayloadLength = BinaryPrimitives.ReadInt32BigEndian(source[PayloadLengthOffset..]),
            Topic = Encoding.UTF8.GetString(source[FixedLength..]),
        };
        return true;
    }

    /// <summary>Reads a stored header.</summary>
    /// <param name="source">The stored bytes, all of them.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StoreUnusable"/>: a version this software does not know, or damage.</exception>
    public static EntryHeader Read(ReadOnlySpan<byte> source) => TryRead(source, out var header, out var problem)
        ? header
        : throw new XmtpException(ErrorCatalogue.StoreUnusable, $"A stored entry header {problem}: the store is damaged, or newer than this software. Restore it from a backup.");

    private static string? Problem(ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty) return "is empty";
        if (source[0] != Version) return $"has format version {source[0]}, and this software reads version {Version}";
        if (source.Length < FixedLength) return $"has {source.Length} bytes, too few";
        var topicLength = BinaryPrimitives.ReadUInt16BigEndian(source[TopicLengthOffset..]);
        if (topicLength > Limits.TopicLengthMaxBytes) return "has a topic that is too long";
        if (source.Length != FixedLength + topicLength) return $"has {source.Length} bytes where {FixedLength + topicLength} are due";
        if (!Utf8.IsValid(source[FixedLength..])) return "has a topic that is not UTF-8";
        return BinaryPrimitives.ReadInt32BigEndian(source[PayloadLengthOffset..]) < 0 ? "has a negative payload length" : null;
    }
}
