namespace Xmtp.Client.Messages;

/// <summary>
/// Why something received was not taken. Anyone may publish to most topics, so these are expected outcomes and no
/// exceptions. <see cref="DropReasonTexts.Describe"/> puts each into a sentence.
/// </summary>
public enum DropReason
{
    /// <summary>It was taken.</summary>
    None,

    /// <summary>The bytes are no structure of the kind that belongs on the topic.</summary>
    Malformed,

    /// <summary>A V1 structure on a V2 topic, the other way round, or a version this release does not know.</summary>
    WrongVersion,

    /// <summary>The header lacks a party, a key or a signature, or one of them has a wrong form.</summary>
    HeaderIncomplete,

    /// <summary>The ciphertext is missing, or its salt, nonce or payload has a wrong length.</summary>
    CiphertextMalformed,

    /// <summary>No wallet address can be recovered from an identity key's signature.</summary>
    KeyNotSignedByWallet,

    /// <summary>The pre-key of the other party is not signed by their identity key.</summary>
    PreKeyNotSigned,

    /// <summary>Neither party of the header is this account.</summary>
    NotAddressedToMe,

    /// <summary>The header names a pre-key that this account does not hold.</summary>
    NoPreKeyMatches,

    /// <summary>The parties of a V1 header are not those of the conversation it was found in.</summary>
    PartiesDoNotMatchTopic,

    /// <summary>Authentication failed: other keys, or altered bytes.</summary>
    DecryptionFailed,

    /// <summary>A V2 header names another topic than the conversation's.</summary>
    TopicMismatch,

    /// <summary>The signed content lacks its sender or its signature, or one of them has a wrong form.</summary>
    SignedContentIncomplete,

    /// <summary>The sender's pre-key did not make the message's signature.</summary>
    SignatureInvalid,

    /// <summary>The sender holds the conversation's key but is neither this account nor the peer.</summary>
    SenderNotParticipant,

    /// <summary>An invitation's header and envelope state different times.</summary>
    TimestampMismatch,

    /// <summary>An invitation names a topic that cannot hold a V2 conversation.</summary>
    InvitationTopicInvalid,

    /// <summary>An invitation's key material is missing or not 32 bytes long.</summary>
    InvitationKeyInvalid,

    /// <summary>An earlier invitation named the same topic; the first one counts.</summary>
    InvitationTopicTaken,

    /// <summary>The content names no type, does not decompress, or its codec refuses it.</summary>
    ContentUndecodable,
}
