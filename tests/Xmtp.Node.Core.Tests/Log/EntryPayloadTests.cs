using Xmtp.Node.Core.Log;
using Xmtp.Protocol;

namespace Xmtp.Node.Core.Tests.Log;

public sealed class EntryPayloadTests
{
    [Fact]
    public void TryFindMessage_ClassicEnvelope_IsAllOfIt()
    {
        Assert.True(EntryPayload.TryFindMessage(EntryKind.ClassicEnvelope, [0, 3, 1], out var offset));
        Assert.Equal(0, offset);
        Assert.True(EntryPayload.TryFindMessage(EntryKind.ClassicEnvelope, [], out _));
    }

    [Fact]
    public void TryFindMessage_ProtectedEnvelope_IsWhatFollowsTheToken()
    {
        byte[] payload = [0, 3, 1, 2, 3, 9, 9];

        Assert.True(EntryPayload.TryFindMessage(EntryKind.ProtectedClassicEnvelope, payload, out var offset));

        Assert.Equal([9, 9], payload[offset..]);
        Assert.Equal([1, 2, 3], EntryPayload.Token(payload, offset).ToArray());
        Assert.True(EntryPayload.TryFindMessage(EntryKind.ProtectedClassicEnvelope, payload.AsSpan(0, 5), out offset));
        Assert.Equal(5, offset);
    }

    [Fact]
    public void TryFindMessage_NotMadeAsItSays_IsFalse()
    {
        Assert.False(EntryPayload.TryFindMessage(EntryKind.ProtectedClassicEnvelope, [], out _));
        Assert.False(EntryPayload.TryFindMessage(EntryKind.ProtectedClassicEnvelope, [0], out _));
        Assert.False(EntryPayload.TryFindMessage(EntryKind.ProtectedClassicEnvelope, [0, 0, 1], out _));
        Assert.False(EntryPayload.TryFindMessage(EntryKind.ProtectedClassicEnvelope, [0, 3, 1, 2], out _));
        Assert.False(EntryPayload.TryFindMessage(EntryKind.None, [0, 1, 1], out _));
        Assert.False(EntryPayload.TryFindMessage((EntryKind)200, [0, 1, 1], out _));
    }

    /// <summary>The index has two bytes for where a message begins.</summary>
    [Fact]
    public void TryFindMessage_TokenLongerThanAnyToken_IsFalse()
    {
        var payload = new byte[70_000];
        payload.AsSpan(0, 2).Fill(0xff);
        Assert.False(EntryPayload.TryFindMessage(EntryKind.ProtectedClassicEnvelope, payload, out _));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(payload, Limits.TokenLengthMaxChars);
        Assert.True(EntryPayload.TryFindMessage(EntryKind.ProtectedClassicEnvelope, payload, out _));
    }
}
