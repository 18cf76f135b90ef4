using Xmtp.Client.Messages;
using Xmtp.Client.Network;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Conversations;

/// <summary>A V2 conversation, opened by an invitation.</summary>
internal sealed class ConversationWireV2(ClientContext client, ConversationKeys keys) : ConversationWire
{
    public override MessageVersion Version => MessageVersion.V2;

    public ConversationKeys Keys => keys;

    public override ValueTask<SealedEnvelopes> SealAsync(
        ReadOnlyMemory<byte> content, DateTimeOffset? timestamp, bool ephemeral, bool shouldPush, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var sentNs = timestamp is { } stated ? UnixTime.ToNanoseconds(stated) : client.Clock.NextNs();
        var message = SealedMessageV2.Encode(
            client.Keys, keys, content.Span, sentNs, shouldPush, client.Clock.UtcNow, client.Provider, client.Random);
        var topic = ephemeral ? keys.Topic.ToEphemeral() : keys.Topic;
        return ValueTask.FromResult(new SealedEnvelopes(MessageId.FromMessage(message), sentNs, [Publisher.Envelope(topic, sentNs, message)]));
    }

    public override Opened<OpenedMessage> Open(Envelope envelope) => SealedMessageV2.Open(envelope.Message.Memory, keys, client.Provider);

    public override void Close() => keys.Dispose();
}
