namespace Xmtp.ContentTypes;

/// <summary>A reaction to an earlier message.</summary>
public sealed record Reaction
{
    /// <summary>Id of the message reacted to, in hex as clients show it.</summary>
    public required string Reference { get; init; }

    /// <summary>The emoji, its name, or whatever <see cref="Schema"/> says.</summary>
    public required string Content { get; init; }

    /// <summary>Whether it is added or taken back.</summary>
    public ReactionAction Action { get; init; } = ReactionAction.Added;

    /// <summary>How <see cref="Content"/> is to be understood.</summary>
    public ReactionSchema Schema { get; init; } = ReactionSchema.Unicode;

    /// <summary>Inbox id of the author of the message reacted to; V3 apps set it.</summary>
    public string? ReferenceInboxId { get; init; }

    /// <summary>Everything but the content: what people write stays out of logs.</summary>
    public override string ToString() => $"reaction {Action} ({Schema}) to {Reference}";
}
