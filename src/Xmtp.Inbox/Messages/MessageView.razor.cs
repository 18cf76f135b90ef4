using Microsoft.AspNetCore.Components;
using Xmtp.Client.Conversations;
using Xmtp.ContentTypes;
using Xmtp.Inbox.Conversations;

namespace Xmtp.Inbox.Messages;

/// <summary>One message, what became of it, and what can be done with it.</summary>
public sealed partial class MessageView
{
    private static readonly string[] s_reactions = ["👍", "❤️", "😂", "😮", "😢", "🎉", "👀", "🙏"];

    private (TimelineItem Item, int Version, bool IsRead, bool IsFollowing, bool IsChoosing)? _drawn;
    private bool _isChoosing;

    /// <summary>The account.</summary>
    [Parameter, EditorRequired]
    public required Mailbox Mailbox { get; set; }

    /// <summary>The conversation.</summary>
    [Parameter, EditorRequired]
    public required Timeline Timeline { get; set; }

    /// <summary>The message.</summary>
    [Parameter, EditorRequired]
    public required TimelineItem Item { get; set; }

    /// <summary>Which state of it: it is drawn again when this changes.</summary>
    [Parameter]
    public int Version { get; set; }

    /// <summary>Whether the one before is of the same sender.</summary>
    [Parameter]
    public bool IsFollowing { get; set; }

    /// <summary>Whether the peer has said that it was read.</summary>
    [Parameter]
    public bool IsRead { get; set; }

    /// <summary>The user answers it.</summary>
    [Parameter]
    public EventCallback<TimelineItem> OnReply { get; set; }

    /// <summary>The user wants to see the message that it answers.</summary>
    [Parameter]
    public EventCallback<string> OnShow { get; set; }

    private DecodedMessage Message => Item.Message.Message;

    /// <inheritdoc/>
    protected override bool ShouldRender()
    {
        var state = (Item, Version, IsRead, IsFollowing, _isChoosing);
        if (_drawn == state) return false;
        _drawn = state;
        return true;
    }

    private async Task ReactAsync(string reaction)
    {
        var isThere = Item.Reactions.Any(given => given.Key == reaction && given.Value.Exists(mark => mark.IsThere && mark.Sender == Mailbox.Client.Address));
        _isChoosing = false;
        await Mailbox.SendAsync(Timeline.Conversation, new Reaction
        {
            Reference = Item.Id.ToString(),
            Content = reaction,
            Action = isThere ? ReactionAction.Removed : ReactionAction.Added,
            Schema = ReactionSchema.Unicode,
        });
    }

    private Task<bool> RetryAsync() => Mailbox.Client.Inbox.RetryAsync(Item.Id);

    private async Task DiscardAsync()
    {
        if (await Mailbox.Client.Inbox.DiscardAsync(Item.Id)) Timeline.Remove(Item);
    }
}
