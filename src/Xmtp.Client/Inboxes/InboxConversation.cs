using Xmtp.Client.Consent;
using Xmtp.Client.Conversations;

namespace Xmtp.Client.Inboxes;

/// <summary>A conversation as a list shows it: a snapshot.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Consent">What the account decided about the peer. Conversations with unknown peers are requests.</param>
/// <param name="LastMessageAt">When the newest message was sent; null when nothing was said yet.</param>
/// <param name="Messages">How many messages are in the store.</param>
/// <param name="Unread">How many of the peer's are newer than what this device marked as read.</param>
public sealed record InboxConversation(Conversation Conversation, ConsentState Consent, DateTimeOffset? LastMessageAt, long Messages, long Unread)
{
    /// <summary>When something last happened: the newest message, or the beginning.</summary>
    public DateTimeOffset LastActivityAt => LastMessageAt ?? Conversation.CreatedAt;
}
