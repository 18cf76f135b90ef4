namespace Xmtp.Client.Messages;

/// <summary>Sentences for people.</summary>
public static class DropReasonTexts
{
    /// <summary>What was wrong, in one sentence that an application can show.</summary>
    public static string Describe(this DropReason reason) => reason switch
    {
        DropReason.None => "Nothing was wrong.",
        DropReason.Malformed => "The data is not an XMTP structure that belongs here.",
        DropReason.WrongVersion => "The data has another protocol version than this topic carries.",
        DropReason.HeaderIncomplete => "The header does not name both parties with complete, well-formed keys.",
        DropReason.CiphertextMalformed => "The encrypted part is missing or has fields of wrong length.",
        DropReason.KeyNotSignedByWallet => "A party's identity key carries no usable wallet signature.",
        DropReason.PreKeyNotSigned => "The other party's pre-key is not signed by their identity key.",
        DropReason.NotAddressedToMe => "Neither the sender nor the recipient is this account.",
        DropReason.NoPreKeyMatches => "It was made for a pre-key that this account does not hold.",
        DropReason.PartiesDoNotMatchTopic => "The parties named in the header are not those of this conversation.",
        DropReason.DecryptionFailed => "It cannot be decrypted: it was altered, or made for other keys.",
        DropReason.TopicMismatch => "The message was made for another conversation.",
        DropReason.SignedContentIncomplete => "The message does not carry its sender's complete keys and signature.",
        DropReason.SignatureInvalid => "The sender's signature does not fit the message.",
        DropReason.SenderNotParticipant => "The sender is not a participant of this conversation.",
        DropReason.TimestampMismatch => "The invitation's time differs from its envelope's time.",
        DropReason.InvitationTopicInvalid => "The invitation names a topic that cannot be a conversation.",
        DropReason.InvitationKeyInvalid => "The invitation's key material is missing or has a wrong length.",
        DropReason.InvitationTopicTaken => "An earlier invitation already opened a conversation on the same topic.",
        DropReason.ContentUndecodable => "The message was decrypted, but its content cannot be decoded.",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a drop reason."),
    };
}
