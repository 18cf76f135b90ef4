using Xmtp.Client.Messages;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Conversations;

/// <summary>What differs between V1 and V2 conversations: how a message is sealed and opened, and where it goes.</summary>
internal abstract class ConversationWire
{
    public abstract MessageVersion Version { get; }

    /// <param name="content">A serialised <c>EncodedContent</c>.</param>
    /// <param name="timestamp">The time to send it with; null for now.</param>
    /// <param name="ephemeral">Whether it goes to the topic that is not stored.</param>
    /// <param name="shouldPush">Whether the receiver should be notified.</param>
    /// <param name="cancellationToken">Ends a look-up of the peer's keys.</param>
    public abstract ValueTask<SealedEnvelopes> SealAsync(
        ReadOnlyMemory<byte> content, DateTimeOffset? timestamp, bool ephemeral, bool shouldPush, CancellationToken cancellationToken);

    public abstract Opened<OpenedMessage> Open(Envelope envelope);

    /// <summary>Called when a message was published.</summary>
    public virtual void Sent()
    {
    }

    /// <summary>Clears the conversation's key.</summary>
    public virtual void Close()
    {
    }
}
