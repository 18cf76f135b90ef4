using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>
/// The layout on disk, version 2. A place is log (4 bytes) and sequence (8 bytes); all numbers are big-endian, so that byte
/// order is number order.
/// <list type="table">
/// <item><term><c>default</c></term><description><c>format</c> → <c>xmtp-node-store/2</c></description></item>
/// <item><term><c>log</c></term><description>log (4) → name (44), public key of its originator (65), flags (1): 1 = written by this node, 2 = frozen</description></item>
/// <item><term><c>evidence</c></term><description>log (4) → why it is frozen</description></item>
/// <item><term><c>header</c></term><description>place → entry header (its own version inside); never removed</description></item>
/// <item><term><c>head</c></term><description>place of its last entry → signed head (157, its own version inside)</description></item>
/// <item><term><c>payload</c></term><description>place → payload; removed when it expires</description></item>
/// <item><term><c>visible</c></term><description>SHA-256 of the topic, sender time (8), digest (32) → place, offset of the message in the payload (2)</description></item>
/// <item><term><c>copy</c></term><description>key as in <c>visible</c>, place → offset of the message (2)</description></item>
/// <item><term><c>expiry</c></term><description>expiry (8), place → nothing</description></item>
/// </list>
/// A topic is hashed so that keys have one length and a filter can tell that nothing is stored for it; its text is in the header.
/// </summary>
internal static class StoreFormat
{
    public const string MetaColumn = "default";
    public const string LogColumn = "log";
    public const string EvidenceColumn = "evidence";
    public const string HeaderColumn = "header";
    public const string HeadColumn = "head";
    public const string PayloadColumn = "payload";
    public const string VisibleColumn = "visible";
    public const string CopyColumn = "copy";
    public const string ExpiryColumn = "expiry";

    /// <summary>A column that only format 1 had.</summary>
    public const string RepeatColumn = "repeat";

    public const int LogKeyLength = sizeof(uint);
    public const int LogRowLength = LogName.Length + NodePublicKey.Length + 1;
    public const int PlaceLength = EntryHeaderFormat.PlaceLength;
    public const int TopicLength = Hash256.Length;
    public const int VisibleKeyLength = TopicLength + sizeof(ulong) + Hash256.Length;
    public const int VisibleRowLength = PlaceLength + OffsetLength;
    public const int CopyKeyLength = VisibleKeyLength + PlaceLength;
    public const int OffsetLength = sizeof(ushort);
    public const int ExpiryKeyLength = sizeof(long) + PlaceLength;

    public static readonly string[] Columns =
        [MetaColumn, LogColumn, EvidenceColumn, HeaderColumn, HeadColumn, PayloadColumn, VisibleColumn, CopyColumn, ExpiryColumn];

    private const string FormatName = "xmtp-node-store/";
    private const int FormatVersion = 2;

    public static ReadOnlySpan<byte> FormatKey => "format"u8;

    public static byte[] FormatValue { get; } = Encoding.ASCII.GetBytes(FormatName + FormatVersion);

    /// <summary>Why a store of format 1 cannot be used.</summary>
    public static string RefusalOfFormat1 =>
        "has format 1, from before there were networks of nodes: its entries are neither chained nor signed. Use the software that wrote it, or choose another directory";

    /// <summary>Why a store with this format value cannot be used, or null.</summary>
    public static string? Refusal(ReadOnlySpan<byte> value)
    {
        if (value.SequenceEqual(FormatValue)) return null;
        var text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, 64)]);
        return text.StartsWith(FormatName, StringComparison.Ordinal)
            ? $"has format {text}, and this software writes {FormatName}{FormatVersion}; use the software that wrote it"
            : "was not written by an XMTP node; choose another directory";
    }

    public static Hash256 HashTopic(string topic)
    {
        Span<byte> hash = stackalloc byte[TopicLength];
        SHA256.HashData(Encoding.UTF8.GetBytes(topic), hash);
        return new Hash256(hash);
    }

    public static void WriteLogKey(Span<byte> destination, LogId log) => BinaryPrimitives.WriteUInt32BigEndian(destination, log.Value);

    public static LogId ReadLogKey(ReadOnlySpan<byte> source) => new(BinaryPrimitives.ReadUInt32BigEndian(source));

    public static void WriteVisibleKey(Span<byte> destination, Hash256 topicHash, EnvelopeKey key)
    {
        topicHash.CopyTo(destination);
        BinaryPrimitives.WriteUInt64BigEndian(destination[TopicLength..], key.SenderTimeNs);
        key.Digest.CopyTo(destination[(TopicLength + sizeof(ulong))..]);
    }

    public static EnvelopeKey ReadVisibleKey(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(source[TopicLength..]), new Hash256(source.Slice(TopicLength + sizeof(ulong), Hash256.Length)));

    public static void WriteOffset(Span<byte> destination, int offset) => BinaryPrimitives.WriteUInt16BigEndian(destination, checked((ushort)offset));

    public static int ReadOffset(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadUInt16BigEndian(source);

    public static void WriteExpiryKey(Span<byte> destination, long expiryNs, EntryPlace place)
    {
        BinaryPrimitives.WriteInt64BigEndian(destination, expiryNs);
        EntryHeaderFormat.WriteKey(destination[sizeof(long)..], place);
    }

    public static (long ExpiryNs, EntryPlace Place) ReadExpiryKey(ReadOnlySpan<byte> source) =>
        (BinaryPrimitives.ReadInt64BigEndian(source), EntryHeaderFormat.ReadKey(source[sizeof(long)..]));
}
