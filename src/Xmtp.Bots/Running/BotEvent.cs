using Xmtp.Client.Conversations;
using Xmtp.Client.Inboxes;

namespace Xmtp.Bots.Running;

/// <summary>Something to handle: a message, or a conversation that began.</summary>
internal sealed record BotEvent(Conversation Conversation, DecodedMessage? Message = null, InboxCursor? Cursor = null);
