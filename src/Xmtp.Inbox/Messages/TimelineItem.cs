using Xmtp.Client.Inboxes;
using Xmtp.Client.Messages;
using Xmtp.ContentTypes;

namespace Xmtp.Inbox.Messages;

/// <summary>A message on the screen, with what others have put to it.</summary>
public sealed class TimelineItem(InboxMessage message)
{
    private readonly SortedDictionary<string, List<ReactionMark>> _reactions = new(StringComparer.Ordinal);

    public InboxMessage Message { get; private set; } = message;

    public MessageId Id => Message.Message.Id;

    public ulong SentNs => Message.Message.SentNs;

    /// <summary>Counts changes, so that only what changed is drawn again.</summary>
    public int Version { get; private set; }

    /// <summary>Reactions, and who gave each.</summary>
    public IEnumerable<KeyValuePair<string, List<ReactionMark>>> Reactions => _reactions.Where(static reaction => reaction.Value.Exists(static mark => mark.IsThere));

    public void Replace(InboxMessage newer)
    {
        Message = newer;
        Version++;
    }

    /// <summary>Applies a reaction; of one sender's additions and removals of one reaction the latest counts.</summary>
    public void Apply(InboxMessage reacting, Reaction reaction)
    {
        if (!_reactions.TryGetValue(reaction.Content, out var marks)) _reactions[reaction.Content] = marks = [];
        var sender = reacting.Message.Sender;
        var known = marks.FindIndex(mark => mark.Sender == sender);
        if (known >= 0 && marks[known].SentNs > reacting.Message.SentNs) return;
        var mark = new ReactionMark(sender, reacting.Message.SentNs, reaction.Action != ReactionAction.Removed);
        if (known >= 0) marks[known] = mark;
        else marks.Add(mark);
        Version++;
    }
}
