using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Client.Consent;
using Xmtp.Client.Messages;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Topics;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Invitations;

/// <summary>
/// What opens a V2 conversation: topic and key, encrypted for both parties with the secret that their bundles give, and
/// published to the invite topics of both.
/// </summary>
public static class SealedInvitation
{
    private const string TopicStart = "/xmtp/0/m-";
    private const string TopicEnd = "/proto";

    /// <summary>Derives a conversation and seals the invitation to it.</summary>
    /// <param name="me">The inviter.</param>
    /// <param name="peer">The invitee's bundle; a V1 contact in its V2 form.</param>
    /// <param name="conversationId">The application's name for the conversation, by convention prefixed with a domain; null or empty for the default one.</param>
    /// <param name="metadata">Free texts of the application, or null.</param>
    /// <param name="consentProof">The invitee's proof that they want to hear from the inviter, or null.</param>
    /// <param name="createdNs">When it is made, nanoseconds since 1970; both envelopes must carry exactly this time.</param>
    /// <param name="provider">Cryptography.</param>
    /// <param name="random">Source of salt and nonce; null for the system's.</param>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.SelfMessaging"/>: the peer is this account.
    /// <see cref="ErrorCatalogue.CryptographyFailed"/>: the peer's keys do not hold together.
    /// </exception>
    public static CreatedInvitation Create(
        PrivateKeyBundle me,
        SignedPublicKeyBundle peer,
        string? conversationId,
        IReadOnlyDictionary<string, string>? metadata,
        ConsentProof? consentProof,
        ulong createdNs,
        CryptoProvider provider,
        RandomNumberGenerator? random = null)
    {
        var (topic, keyMaterial) = ConversationDerivation.Derive(me, peer, conversationId);
        return new CreatedInvitation(topic, keyMaterial, Seal(me, peer, topic, keyMaterial, conversationId, metadata, consentProof, createdNs, provider, random));
    }

    /// <summary>Seals an invitation to a topic and key of the caller's choice, as releases before 9.1 did with random ones.</summary>
    /// <inheritdoc cref="Create"/>
    /// <param name="me">The inviter.</param>
    /// <param name="peer">The invitee's bundle; a V1 contact in its V2 form.</param>
    /// <param name="topic">A V2 conversation topic.</param>
    /// <param name="keyMaterial">The conversation's key, <see cref="ConversationKeys.KeyMaterialLength"/> bytes.</param>
    /// <param name="conversationId">The application's name for the conversation; null or empty for the default one.</param>
    /// <param name="metadata">Free texts of the application, or null.</param>
    /// <param name="consentProof">The invitee's proof that they want to hear from the inviter, or null.</param>
    /// <param name="createdNs">When it is made, nanoseconds since 1970.</param>
    /// <param name="provider">Cryptography.</param>
    /// <param name="random">Source of salt and nonce; null for the system's.</param>
    public static byte[] Seal(
        PrivateKeyBundle me,
        SignedPublicKeyBundle peer,
        Topic topic,
        ReadOnlySpan<byte> keyMaterial,
        string? conversationId,
        IReadOnlyDictionary<string, string>? metadata,
        ConsentProof? consentProof,
        ulong createdNs,
        CryptoProvider provider,
        RandomNumberGenerator? random = null)
    {
        ArgumentNullException.ThrowIfNull(me);
        ArgumentNullException.ThrowIfNull(peer);
        if (!IsConversation(topic.Value)) throw new ArgumentException("An invitation names a V2 conversation topic.", nameof(topic));
        if (keyMaterial.Length != ConversationKeys.KeyMaterialLength)
            throw new ArgumentException($"Key material has {ConversationKeys.KeyMaterialLength} bytes.", nameof(keyMaterial));
        var invitation = new Proto.InvitationV1
        {
            Topic = topic.Value,
            Context = ConversationContext.ToProto(conversationId, metadata),
            Aes256GcmHkdfSha256 = new Proto.InvitationV1.Types.Aes256gcmHkdfsha256 { KeyMaterial = ByteString.CopyFrom(keyMaterial) },
            ConsentProof = consentProof?.ToProto(),
        }.ToByteArray();
        var headerBytes = new Proto.SealedInvitationHeaderV1 { Sender = me.PublicBundle.ToProto(), Recipient = peer.ToProto(), CreatedNs = createdNs }.ToByteString();
        var secret = me.SharedSecret(peer, me.CurrentPreKey.PublicKey, iAmRecipient: false);
        try
        {
            var ciphertext = AesGcmHkdf.Encrypt(provider, secret, invitation, headerBytes.Span, random);
            return new Proto.SealedInvitation { V1 = new Proto.SealedInvitationV1 { HeaderBytes = headerBytes, Ciphertext = ciphertext } }.ToByteArray();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(invitation);
        }
    }

    /// <summary>
    /// Checks and decrypts an invitation made by or for this account. Stricter than published clients: the topic inside must
    /// be a V2 conversation's and the key 32 bytes long. The first invitation for a topic counts; the caller sees to that.
    /// </summary>
    /// <param name="bytes">The envelope's message.</param>
    /// <param name="envelopeTimestampNs">The envelope's time, which the header must repeat.</param>
    /// <param name="me">This account; the pre-key that the header names for it is used.</param>
    /// <param name="provider">Cryptography.</param>
    /// <param name="secrets">Earlier agreements of <paramref name="me"/>: many invitations of one peer then cost one agreement.</param>
    public static Opened<Invitation> Open(
        ReadOnlyMemory<byte> bytes, ulong envelopeTimestampNs, PrivateKeyBundle me, CryptoProvider provider, SharedSecrets? secrets = null)
    {
        ArgumentNullException.ThrowIfNull(me);
        ArgumentNullException.ThrowIfNull(provider);
        if (!WireReader.TryParse(Proto.SealedInvitation.Parser, bytes.Span, out var message) || message.V1 is not { } sealedInvitation) return DropReason.Malformed;
        if (!WireReader.IsWellFormed(sealedInvitation.Ciphertext)) return DropReason.CiphertextMalformed;
        if (!WireReader.TryParse(Proto.SealedInvitationHeaderV1.Parser, sealedInvitation.HeaderBytes.Span, out var header)) return DropReason.HeaderIncomplete;
        if (header.CreatedNs != envelopeTimestampNs) return DropReason.TimestampMismatch;

        Span<byte> secret = stackalloc byte[PrivateKeyBundle.SharedSecretLength];
        try
        {
            var reason = SharedSecrets.Agree(me, header, provider, secrets, secret, out var parties);
            if (reason != DropReason.None) return reason;
            if (!AesGcmHkdf.TryDecrypt(provider, sealedInvitation.Ciphertext, secret, sealedInvitation.HeaderBytes.Span, out var plaintext)) return DropReason.DecryptionFailed;
            var opened = Read(plaintext, header.CreatedNs, parties);
            CryptographicOperations.ZeroMemory(plaintext);
            return opened;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static Opened<Invitation> Read(ReadOnlySpan<byte> plaintext, ulong createdNs, Parties parties)
    {
        if (!WireReader.TryParse(Proto.InvitationV1.Parser, plaintext, out var invitation)) return DropReason.Malformed;
        if (!IsConversation(invitation.Topic)) return DropReason.InvitationTopicInvalid;
        if (invitation.Aes256GcmHkdfSha256?.KeyMaterial is not { Length: ConversationKeys.KeyMaterialLength } keyMaterial) return DropReason.InvitationKeyInvalid;
        return new Invitation(
            new Topic(invitation.Topic),
            keyMaterial.Memory,
            parties.Peer,
            parties.IAmSender ? InvitationRole.Inviter : InvitationRole.Invitee,
            createdNs,
            ConversationContext.Id(invitation.Context),
            ConversationContext.Metadata(invitation.Context),
            invitation.ConsentProof is { } proof ? ConsentProof.FromProto(proof) : null);
    }

    private static bool IsConversation(string topic) =>
        topic.StartsWith(TopicStart, StringComparison.Ordinal) &&
        topic.EndsWith(TopicEnd, StringComparison.Ordinal) &&
        topic.Length > TopicStart.Length + TopicEnd.Length &&
        new Topic(topic).ByteLength <= Limits.TopicLengthMaxBytes;
}
