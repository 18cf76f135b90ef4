using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Client.Conversations;
using Xmtp.Client.Messages;
using Xmtp.Client.Storage.Records;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Topics;

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

    /// <summary>Makes the conversation of a row; the client does not know it yet.</summary>
    public static Conversation Restore(ConversationRecord record, ConversationFinder finder)
    {
        if (record.Peer.Length != EthereumAddress.Length || record.Reference is not { } reference) throw new XmtpException(ErrorCatalogue.LocalStoreUnreadable, "a conversation in the store has no peer");
        var peer = new EthereumAddress(record.Peer.Span);
        if (record.Version == 1) return finder.MakeV1(peer, reference.CreatedNs);
        if (record.KeyMaterial.Length != ConversationKeys.KeyMaterialLength) throw new XmtpException(ErrorCatalogue.LocalStoreUnreadable, "a conversation in the store has no key");
        var keys = new ConversationKeys(new Topic(reference.Topic), record.KeyMaterial.Span, finder.Self, peer);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(record.KeyMaterial.Memory).Span);

        // Only invitees have proofs, and only theirs were stored.
        return finder.MakeV2(keys, ConversationReference.Read(reference, peer));
    }
}
