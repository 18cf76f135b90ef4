namespace Xmtp.Interop.Clients;

/// <summary>Content that no published client knows.</summary>
internal sealed record Note(string Text);
