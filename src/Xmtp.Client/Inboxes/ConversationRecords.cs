using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Client.Conversations;
using Xmtp.Client.Invitations;
using Xmtp.Client.Messages;
using Xmtp.Client.Storage.Records;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Inboxes;

/// <summary>Conversations as rows of the store, and back.</summary>
internal static class ConversationRecords
{
    public static ConversationRecord Of(InboxEntry entry)
    {
        var conversation = entry.Conversation;
        var reference = new ConversationReference(conversation.Topic, conversation.Peer, conversation.CreatedNs)
        {
            ConversationId = conversation.ConversationId,
            Metadata = conversation.Metadata,
            ConsentProof = conversation.ConsentProof,
        };
        var record = new ConversationRecord
        {
            Ordinal = entry.Ordinal,
            Version = conversation.Version == MessageVersion.V1 ? 1u : 2u,
            Peer = UnsafeByteOperations.UnsafeWrap(conversation.Peer.ToArray()),
            Reference = reference.ToProto(),
        };

        // Bytes are read without a hash for the checksum of each.
        record.Reference.PeerAddress = string.Empty;
        if (conversation.Wire is not ConversationWireV2 v2) return record;
        var key = new byte[ConversationKeys.KeyMaterialLength];
        v2.Keys.CopyKeyMaterial(key);
        record.KeyMaterial = UnsafeByteOperations.UnsafeWrap(key);
        return record;
    }

    /// <summary>Makes the conversation known to the client.</summary>
    public static Conversation Restore(ConversationRecord record, ulong createdNs, ConversationFinder finder)
    {
        if (record.Peer.Length != EthereumAddress.Length || record.Reference is null) throw new XmtpException(ErrorCatalogue.LocalStoreUnreadable, "a conversation in the store has no peer");
        var reference = ConversationReference.Read(record.Reference, new EthereumAddress(record.Peer.Span));
        if (createdNs == 0) createdNs = reference.CreatedNs;
        if (record.Version == 1) return finder.AddV1(reference.PeerAddress, createdNs);

        // Only invitees have proofs, and only theirs were stored.
        var key = record.KeyMaterial.ToByteArray();
        try
        {
            return finder.AddV2(new Invitation(
                reference.Topic, key, reference.PeerAddress, InvitationRole.Invitee, createdNs, reference.ConversationId, reference.Metadata, reference.ConsentProof));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
