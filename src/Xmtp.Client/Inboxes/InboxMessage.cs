using Xmtp.Client.Conversations;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Inboxes;

/// <summary>A message in the local store.</summary>
public sealed class InboxMessage
{
    internal InboxMessage(DecodedMessage message, InboxCursor cursor, DeliveryState delivery, ErrorCode? refusal) =>
        (Message, Cursor, Delivery, Refusal) = (message, cursor, delivery, refusal);

    /// <summary>The message.</summary>
    public DecodedMessage Message { get; }

    /// <summary>When it came to this store, relative to others.</summary>
    public InboxCursor Cursor { get; }

    /// <summary>What became of it.</summary>
    public DeliveryState Delivery { get; }

    /// <summary>Why it was refused; null unless <see cref="Delivery"/> is <see cref="DeliveryState.Refused"/>.</summary>
    public ErrorCode? Refusal { get; }

    /// <summary>Id, sender, type and delivery, without what was written.</summary>
    public override string ToString() => $"{Message} ({Delivery})";
}
