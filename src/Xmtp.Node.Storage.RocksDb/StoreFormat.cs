using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>
/// The layout on disk, version 1. A place is log (4 bytes) and sequence (8 bytes); all numbers are big-endian, so that byte
/// order is number order.
/// <list type="table">
/// <item><term><c>default</c></term><description><c>format</c> → <c>xmtp-node-store/1</c></description></item>
/// <item><term><c>header</c></term><description>place → entry header (its own version inside); never removed</description></item>
/// <item><term><c>payload</c></term><description>place → payload; removed when it expires</description></item>
/// <item><term><c>visible</c></term><description>SHA-256 of the topic, sender time (8), digest (32) → place</description></item>
/// <item><term><c>repeat</c></term><description>idempotency key (32) → place</description></item>
/// <item><term><c>expiry</c></term><description>expiry (8), place → nothing</description></item>
/// </list>
/// A topic is hashed so that keys have one length and a filter can tell that nothing is stored for it; its text is in the header.
/// </summary>
internal static class StoreFormat
{
    public const string HeaderColumn = "header";
    public const string PayloadColumn = "payload";
    public const string VisibleColumn = "visible";
    public const string RepeatColumn = "repeat";
    public const string ExpiryColumn = "expiry";
    public const string MetaColumn = "default";

    public const int PlaceLength = EntryHeaderFormat.PlaceLength;
    public const int TopicLength = Hash256.Length;
    public const int VisibleKeyLength = TopicLength + sizeof(ulong) + Hash256.Length;
    public const int ExpiryKeyLength = sizeof(long) + PlaceLength;

    public static readonly string[] Columns = [MetaColumn, HeaderColumn, PayloadColumn, VisibleColumn, RepeatColumn, ExpiryColumn];

    private const string FormatName = "xmtp-node-store/";
    private const int FormatVersion = 1;

    public static ReadOnlySpan<byte> FormatKey => "format"u8;

    public static byte[] FormatValue { get; } = Encoding.ASCII.GetBytes(FormatName + FormatVersion);

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

    public static void WriteVisibleKey(Span<byte> destination, Hash256 topicHash, EnvelopeKey key)
    {
        topicHash.CopyTo(destination);
        BinaryPrimitives.WriteUInt64BigEndian(destination[TopicLength..], key.SenderTimeNs);
        key.Digest.CopyTo(destination[(TopicLength + sizeof(ulong))..]);
    }

    public static EnvelopeKey ReadVisibleKey(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(source[TopicLength..]), new Hash256(source[(TopicLength + sizeof(ulong))..]));

    public static void WriteExpiryKey(Span<byte> destination, long expiryNs, EntryPlace place)
    {
        BinaryPrimitives.WriteInt64BigEndian(destination, expiryNs);
        EntryHeaderFormat.WriteKey(destination[sizeof(long)..], place);
    }

    public static (long ExpiryNs, EntryPlace Place) ReadExpiryKey(ReadOnlySpan<byte> source) =>
        (BinaryPrimitives.ReadInt64BigEndian(source), EntryHeaderFormat.ReadKey(source[sizeof(long)..]));
}
