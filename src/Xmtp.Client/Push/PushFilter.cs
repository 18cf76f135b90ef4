using Xmtp.Client.Messages;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Push;

/// <summary>The push server's side: whom not to wake. Needs no key that decrypts anything.</summary>
public static class PushFilter
{
    /// <summary>Decides about one envelope of a conversation topic.</summary>
    /// <param name="messageBytes">The envelope's message.</param>
    /// <param name="keys">The keys that the user handed over for this topic; see <see cref="PushHmac.Keys"/>.</param>
    public static PushDecision Decide(ReadOnlySpan<byte> messageBytes, IEnumerable<PushHmacKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (!WireReader.TryParse(Proto.Message.Parser, messageBytes, out var message)) return PushDecision.Malformed;
        if (message.V2 is not { } sealedMessage) return message.V1 is null ? PushDecision.Malformed : PushDecision.Notify;
        if (sealedMessage.HasShouldPush && !sealedMessage.ShouldPush) return PushDecision.NotWanted;
        if (!sealedMessage.HasSenderHmac) return PushDecision.Notify;
        foreach (var key in keys)
            if (PushHmac.Verify(key, sealedMessage.HeaderBytes.Span, sealedMessage.SenderHmac.Span)) return PushDecision.SentByUser;
        return PushDecision.Notify;
    }
}
