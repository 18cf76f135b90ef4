namespace Xmtp.Cli.Content;

/// <summary>An answer.</summary>
/// <param name="To">Id of the message answered, 64 hex digits.</param>
/// <param name="Content">The answer; null in one that was received with a type nobody here knows.</param>
public sealed record ReplyForm(string To, ContentForm? Content)
{
    /// <summary>Says nothing of what was written.</summary>
    public override string ToString() => $"reply to {To}";
}
