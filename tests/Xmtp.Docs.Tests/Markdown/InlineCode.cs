namespace Xmtp.Docs.Tests.Markdown;

/// <summary>Text in backticks.</summary>
/// <param name="Line">Number of its line, from 1.</param>
/// <param name="Text">The text.</param>
internal sealed record InlineCode(int Line, string Text);
