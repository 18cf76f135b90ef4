using System.Buffers;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Calls;

/// <summary>
/// Counts the fields of a protobuf message before it is parsed. An empty envelope takes two bytes on the wire and thirty times
/// as much in memory, so a request within the size limit could still be far too large.
/// </summary>
internal static class ElementBound
{
    /// <summary>More than fit into the largest request in any useful form.</summary>
    public const int ElementsMax = 1_000_000;

    /// <summary>Refuses a message with too many fields. One that does not parse is left to the parser.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isNested">Whether the fields are messages whose own fields count too.</param>
    /// <param name="countMax">How many are too many, less one.</param>
    public static void Check(in ReadOnlySequence<byte> message, bool isNested, int countMax = ElementsMax)
    {
        var left = countMax;
        if (!Count(message, isNested, ref left)) throw TooMany(countMax);
    }

    /// <summary>What such a request is refused with.</summary>
    public static XmtpException TooMany(int countMax = ElementsMax) => new(ErrorCatalogue.RequestTooLarge, $"the request holds more than {countMax} elements");

    private static bool Count(in ReadOnlySequence<byte> message, bool isNested, ref int left)
    {
        var reader = new SequenceReader<byte>(message);
        while (TryReadVarint(ref reader, out var tag))
        {
            if (--left < 0) return false;
            switch (tag & 7)
            {
                case 0:
                    if (!TryReadVarint(ref reader, out _)) return true;
                    break;
                case 1:
                    if (!TryAdvance(ref reader, sizeof(ulong))) return true;
                    break;
                case 5:
                    if (!TryAdvance(ref reader, sizeof(uint))) return true;
                    break;
                case 2:
                    if (!TryReadVarint(ref reader, out var length) || length > (ulong)reader.Remaining) return true;
                    if (isNested && !Count(reader.UnreadSequence.Slice(0, (long)length), isNested: false, ref left)) return false;
                    reader.Advance((long)length);
                    break;
                default:
                    return true;
            }
        }

        return true;
    }

    private static bool TryAdvance(ref SequenceReader<byte> reader, int count)
    {
        if (reader.Remaining < count) return false;
        reader.Advance(count);
        return true;
    }

    private static bool TryReadVarint(ref SequenceReader<byte> reader, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (!reader.TryRead(out var part)) return false;
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return true;
        }

        return false;
    }
}
