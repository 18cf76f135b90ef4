using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Topics;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Messages;

/// <summary>
/// The V1 message: a header with both parties' bundles in clear, and content encrypted with the secret that the two
/// bundles give, authenticating the header.
/// </summary>
public static class SealedMessageV1
{
    /// <summary>Seals content for one peer.</summary>
    /// <param name="me">The sender; its newest pre-key is used.</param>
    /// <param name="recipient">The peer's bundle. A V2 contact is turned back first.</param>
    /// <param name="encodedContentBytes">A serialised <c>EncodedContent</c>.</param>
    /// <param name="timestampMs">When it is sent, milliseconds since 1970; the envelope carries the same time in nanoseconds.</param>
    /// <param name="provider">Cryptography.</param>
    /// <param name="random">Source of salt and nonce; null for the system's.</param>
    /// <param name="secrets">Earlier agreements of <paramref name="me"/>.</param>
    /// <returns>A serialised <c>Message</c>: what the envelope carries and what <see cref="MessageId.FromMessage"/> names.</returns>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.CryptographyFailed"/>: the recipient's keys do not hold together.</exception>
    public static byte[] Encode(
        PrivateKeyBundle me,
        PublicKeyBundleV1 recipient,
        ReadOnlySpan<byte> encodedContentBytes,
        ulong timestampMs,
        CryptoProvider provider,
        RandomNumberGenerator? random = null,
        SharedSecrets? secrets = null)
    {
        ArgumentNullException.ThrowIfNull(me);
        ArgumentNullException.ThrowIfNull(recipient);
        var header = new Proto.MessageHeaderV1 { Sender = me.PublicBundleV1.ToProto(), Recipient = recipient.ToProto(), Timestamp = timestampMs };
        var headerBytes = header.ToByteString();
        Span<byte> secret = stackalloc byte[PrivateKeyBundle.SharedSecretLength];
        try
        {
            var reason = SharedSecrets.Agree(me, header, provider, secrets, secret, out _);
            if (reason != DropReason.None) throw new XmtpException(ErrorCatalogue.CryptographyFailed, $"The recipient's keys cannot be used. {reason.Describe()}");
            var ciphertext = AesGcmHkdf.Encrypt(provider, secret, encodedContentBytes, headerBytes.Span, random);
            return new Proto.Message { V1 = new Proto.MessageV1 { HeaderBytes = headerBytes, Ciphertext = ciphertext } }.ToByteArray();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Checks and decrypts a message sent to or by this account.</summary>
    /// <param name="messageBytes">The envelope's message.</param>
    /// <param name="me">This account; the pre-key that the header names for it is used.</param>
    /// <param name="conversationTopic">
    /// The topic of the conversation, stored or ephemeral: the header's parties must be its own, or someone could speak in
    /// another's name. Null on an intro topic, where the parties tell the conversation.
    /// </param>
    /// <param name="provider">Cryptography.</param>
    /// <param name="secrets">Earlier agreements of <paramref name="me"/>; with them a long conversation opens many times faster.</param>
    public static Opened<OpenedMessage> Open(
        ReadOnlyMemory<byte> messageBytes, PrivateKeyBundle me, Topic? conversationTopic, CryptoProvider provider, SharedSecrets? secrets = null)
    {
        ArgumentNullException.ThrowIfNull(me);
        ArgumentNullException.ThrowIfNull(provider);
        if (!WireReader.TryParse(Proto.Message.Parser, messageBytes.Span, out var message)) return DropReason.Malformed;
        if (message.V1 is not { } sealedMessage) return message.V2 is null ? DropReason.Malformed : DropReason.WrongVersion;
        if (!WireReader.IsWellFormed(sealedMessage.Ciphertext)) return DropReason.CiphertextMalformed;
        if (!WireReader.TryParse(Proto.MessageHeaderV1.Parser, sealedMessage.HeaderBytes.Span, out var header)) return DropReason.HeaderIncomplete;

        Span<byte> secret = stackalloc byte[PrivateKeyBundle.SharedSecretLength];
        try
        {
            var reason = SharedSecrets.Agree(me, header, provider, secrets, secret, out var parties);
            if (reason != DropReason.None) return reason;
            var topic = Topic.DirectMessageV1(parties.Sender.ToString(), parties.Recipient.ToString());
            if (conversationTopic is { } expected && topic != expected && topic.ToEphemeral() != expected) return DropReason.PartiesDoNotMatchTopic;
            if (!AesGcmHkdf.TryDecrypt(provider, sealedMessage.Ciphertext, secret, sealedMessage.HeaderBytes.Span, out var payload)) return DropReason.DecryptionFailed;
            return new OpenedMessage(
                MessageId.FromMessage(messageBytes.Span), MessageVersion.V1, parties.Sender, parties.Recipient, topic,
                UnixTime.MillisecondsToNanoseconds(header.Timestamp), payload);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
