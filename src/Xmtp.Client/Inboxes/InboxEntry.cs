using Xmtp.Client.Conversations;
using Xmtp.Client.Storage.Records;

namespace Xmtp.Client.Inboxes;

/// <summary>A conversation that is in the store.</summary>
/// <param name="conversation">The conversation.</param>
/// <param name="name">What it is called in keys of rows, 16 bytes.</param>
/// <param name="ordinal">Counted from 1, in the order in which they were found.</param>
/// <param name="state">What the store holds; null when nothing happened yet.</param>
internal sealed class InboxEntry(Conversation conversation, byte[] name, ulong ordinal, ConversationStateRecord? state = null)
{
    private volatile ConversationStateRecord _state = state ?? new ConversationStateRecord { Topic = new TopicRecord() };

    private volatile bool _isFollowed;

    public Conversation Conversation => conversation;

    public byte[] Name => name;

    public ulong Ordinal => ordinal;

    /// <summary>Whether its topic is among those that syncing follows.</summary>
    public bool IsFollowed
    {
        get => _isFollowed;
        set => _isFollowed = value;
    }

    /// <summary>What the store holds. Never changed: a new one replaces it when it is durable.</summary>
    public ConversationStateRecord State
    {
        get => _state;
        set => _state = value;
    }
}
