namespace Xmtp.Cli.Content;

/// <summary>A reaction.</summary>
/// <param name="To">Id of the message it is about, 64 hex digits.</param>
/// <param name="Reaction">An emoji, a short code, or whatever <paramref name="Schema"/> says.</param>
/// <param name="Action"><c>added</c> or <c>removed</c>; added when null.</param>
/// <param name="Schema"><c>unicode</c>, <c>shortcode</c> or <c>custom</c>; unicode when null.</param>
public sealed record ReactionForm(string To, string Reaction, string? Action = null, string? Schema = null)
{
    /// <summary>Says nothing of what was written.</summary>
    public override string ToString() => $"reaction to {To}";
}
