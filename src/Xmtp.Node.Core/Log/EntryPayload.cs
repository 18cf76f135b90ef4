using System.Buffers.Binary;
using Xmtp.Protocol;

namespace Xmtp.Node.Core.Log;

/// <summary>Where things stand in the payload of an envelope's entry.</summary>
public static class EntryPayload
{
    /// <summary>Finds the message.</summary>
    /// <param name="kind">Kind of the entry.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="messageOffset">Where the message begins; it goes on to the end.</param>
    /// <returns>False when the entry is no envelope, or its payload is not made as it says.</returns>
    public static bool TryFindMessage(EntryKind kind, ReadOnlySpan<byte> payload, out int messageOffset)
    {
        messageOffset = 0;
        if (kind == EntryKind.ClassicEnvelope) return true;
        if (kind != EntryKind.ProtectedClassicEnvelope || payload.Length < PendingEntry.TokenLengthSize) return false;
        var tokenLength = BinaryPrimitives.ReadUInt16BigEndian(payload);
        messageOffset = PendingEntry.TokenLengthSize + tokenLength;
        return tokenLength is > 0 and <= Limits.TokenLengthMaxChars && messageOffset <= payload.Length;
    }

    /// <summary>The publish token in the payload of a <see cref="EntryKind.ProtectedClassicEnvelope"/>.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="messageOffset">From <see cref="TryFindMessage"/>.</param>
    public static ReadOnlySpan<byte> Token(ReadOnlySpan<byte> payload, int messageOffset) => payload[PendingEntry.TokenLengthSize..messageOffset];
}
