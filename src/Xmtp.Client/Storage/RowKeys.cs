using System.Buffers.Binary;

namespace Xmtp.Client.Storage;

/// <summary>How rows are named: one byte for the kind, then blinded names and big-endian numbers, so that what is read together lies together.</summary>
internal static class RowKeys
{
    private const byte StoreKind = 1;
    private const byte ConversationKind = 2;
    private const byte StateKind = 3;
    private const byte MessageKind = 4;
    private const byte PlaceKind = 5;
    private const byte ArrivalKind = 6;
    private const byte ConsentKind = 7;
    private const byte TopicKind = 8;
    private const byte PositionKind = 9;
    private const byte OutboxKind = 10;
    private const byte RefusedKind = 11;
    private const byte CursorKind = 12;

    public static byte[] Store { get; } = [StoreKind];

    public static byte[] Position { get; } = [PositionKind];

    public static StoreRange Conversations(ReadOnlySpan<byte> after, int limit) => Kind(ConversationKind, After(ConversationKind, after), limit);

    public static StoreRange States(ReadOnlySpan<byte> after, int limit) => Kind(StateKind, After(StateKind, after), limit);

    public static StoreRange Consents(ReadOnlySpan<byte> after, int limit) => Kind(ConsentKind, After(ConsentKind, after), limit);

    public static StoreRange Outbox(ReadOnlySpan<byte> after, int limit) => Kind(OutboxKind, After(OutboxKind, after), limit);

    public static StoreRange LastOutbox() => Kind(OutboxKind, [OutboxKind], 1) with { Descending = true };

    public static StoreRange LastArrival() => Kind(ArrivalKind, [ArrivalKind], 1) with { Descending = true };

    public static StoreRange Arrivals(ulong after, int limit) => Kind(ArrivalKind, Arrival(after + 1), limit);

    /// <summary>Messages of a conversation within two times, inclusive.</summary>
    public static StoreRange Messages(ReadOnlySpan<byte> conversation, ulong startNs, ulong endNs, bool descending, int limit)
    {
        var to = endNs == ulong.MaxValue ? Next([MessageKind, .. conversation]) : MessagesFrom(conversation, endNs + 1);
        return new StoreRange(MessagesFrom(conversation, startNs), to, limit, descending);
    }

    public static byte[] Conversation(ReadOnlySpan<byte> name) => [ConversationKind, .. name];

    public static byte[] State(ReadOnlySpan<byte> name) => [StateKind, .. name];

    public static byte[] Message(ReadOnlySpan<byte> conversation, ulong sentNs, ReadOnlySpan<byte> id) => [.. MessagesFrom(conversation, sentNs), .. id];

    public static byte[] Place(ReadOnlySpan<byte> id) => [PlaceKind, .. id];

    public static byte[] Arrival(ulong number) => Numbered(ArrivalKind, number);

    public static byte[] Consent(ReadOnlySpan<byte> name) => [ConsentKind, .. name];

    public static byte[] Topic(ReadOnlySpan<byte> name) => [TopicKind, .. name];

    public static byte[] Outbox(ulong number) => Numbered(OutboxKind, number);

    public static byte[] Refused(ReadOnlySpan<byte> id) => [RefusedKind, .. id];

    public static byte[] Cursor(ReadOnlySpan<byte> name) => [CursorKind, .. name];

    /// <summary>The number at the end of the key of an arrival or of an outbox row.</summary>
    public static ulong NumberOf(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadUInt64BigEndian(key[^sizeof(ulong)..]);

    /// <summary>The smallest key that lies after a row.</summary>
    public static byte[] JustAfter(ReadOnlySpan<byte> key) => [.. key, 0];

    private static byte[] MessagesFrom(ReadOnlySpan<byte> conversation, ulong sentNs)
    {
        byte[] key = [MessageKind, .. conversation, .. stackalloc byte[sizeof(ulong)]];
        BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(1 + conversation.Length), sentNs);
        return key;
    }

    private static byte[] Numbered(byte kind, ulong number)
    {
        byte[] key = [kind, .. stackalloc byte[sizeof(ulong)]];
        BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(1), number);
        return key;
    }

    private static byte[] After(byte kind, ReadOnlySpan<byte> key) => key.IsEmpty ? [kind] : JustAfter(key);

    private static StoreRange Kind(byte kind, byte[] from, int limit) => new(from, new[] { (byte)(kind + 1) }, limit);

    private static byte[] Next(byte[] key)
    {
        var last = key.AsSpan().LastIndexOfAnyExcept(byte.MaxValue);
        key[last]++;
        return key[..(last + 1)];
    }
}
