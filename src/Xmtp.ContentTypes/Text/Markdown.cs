namespace Xmtp.ContentTypes;

/// <summary>Text with Markdown marks. It is outside input: render it without scripts, raw HTML and remote images.</summary>
/// <param name="Text">The source text.</param>
public sealed record Markdown(string Text)
{
    /// <summary>The length alone: what people write stays out of logs.</summary>
    public override string ToString() => $"Markdown of {Text.Length} characters";
}
