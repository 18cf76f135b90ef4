namespace Xmtp.Interop.JavaScript;

/// <summary>A conversation as a JavaScript client describes it; the client that knows V1 alone tells the peer only.</summary>
/// <param name="CreatedAt">Milliseconds since the Unix epoch.</param>
internal sealed record JsConversation(
    string Peer, string? Topic, string? Version, long CreatedAt, string? ConversationId, Dictionary<string, string>? Metadata, string? ConsentState,
    JsConsentProof? ConsentProof = null);
