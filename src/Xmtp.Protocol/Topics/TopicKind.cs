namespace Xmtp.Protocol.Topics;

/// <summary>What a topic is for, told from its name alone. The node labels metrics with it and decides by it
/// what is stored, who may write and how large a page may be.</summary>
public enum TopicKind
{
    /// <summary>None of the known forms. Accepted and stored all the same: every text is a topic.</summary>
    Invalid,

    /// <summary><c>test-…</c>, the one kind without the <c>/xmtp/0/</c> prefix.</summary>
    Test,

    /// <summary><c>contact-ADDRESS</c>: public key bundles of an account, written by its wallet only.</summary>
    Contact,

    /// <summary><c>privatestore-ADDRESS/key_bundle</c>: encrypted private key bundle, written by its wallet only.</summary>
    PrivateStore,

    /// <summary><c>intro-ADDRESS</c>: first V1 messages to and from an account.</summary>
    V1Intro,

    /// <summary><c>dm-ADDRESS-ADDRESS</c>: a V1 conversation.</summary>
    V1Conversation,

    /// <summary><c>dmE-…</c>: messages of a V1 conversation that are never stored.</summary>
    V1ConversationEphemeral,

    /// <summary><c>invite-ADDRESS</c>: sealed invitations to V2 conversations.</summary>
    V2Invite,

    /// <summary><c>groupInvite-…</c>: known to nodes, used by no classic release.</summary>
    V2GroupInvite,

    /// <summary><c>m-ID</c>: a V2 conversation.</summary>
    V2Conversation,

    /// <summary><c>mE-ID</c>: messages of a V2 conversation that are never stored.</summary>
    V2ConversationEphemeral,

    /// <summary><c>userpreferences-ID</c>: an account's encrypted consent log.</summary>
    UserPreferences,
}
