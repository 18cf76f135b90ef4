namespace Xmtp.Docs.Tests.Markdown;

/// <summary>A link of the form <c>[text](target)</c>.</summary>
/// <param name="Line">Number of its line, from 1.</param>
/// <param name="Target">What stands in the parentheses.</param>
internal sealed record MarkdownLink(int Line, string Target);
