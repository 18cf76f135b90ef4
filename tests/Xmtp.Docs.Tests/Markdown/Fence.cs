namespace Xmtp.Docs.Tests.Markdown;

/// <summary>A fenced block.</summary>
/// <param name="Line">Number of its first line, from 1.</param>
/// <param name="Info">What stands behind the opening backticks, for example <c>csharp</c>.</param>
/// <param name="LineCount">How many lines stand between the backticks.</param>
/// <param name="Text">These lines, joined by line feeds.</param>
/// <param name="Snippet">Name in the comment pair around it; null when there is no whole pair.</param>
internal sealed record Fence(int Line, string Info, int LineCount, string Text, string? Snippet);
