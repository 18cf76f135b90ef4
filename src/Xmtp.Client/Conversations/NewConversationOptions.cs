using Xmtp.Client.Consent;

namespace Xmtp.Client.Conversations;

/// <summary>What a new conversation is about. A conversation that exists already keeps what it was created with.</summary>
public sealed record NewConversationOptions
{
    /// <summary>
    /// The application's name for the conversation, by convention prefixed with a domain, as in <c>example.com/thread-1</c>.
    /// Null and empty mean the default conversation with the peer.
    /// </summary>
    public string? ConversationId { get; init; }

    /// <summary>Free texts for the peer's application. They play no part in telling conversations apart.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The peer's signed wish to hear from this account, or null.</summary>
    public ConsentProof? ConsentProof { get; init; }
}
