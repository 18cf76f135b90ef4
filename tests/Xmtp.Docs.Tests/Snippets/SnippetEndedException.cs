namespace Xmtp.Docs.Tests.Snippets;

/// <summary>Ends a snippet that would go on.</summary>
public sealed class SnippetEndedException : Exception;
