using System.Buffers;
using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Client.Push;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Topics;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Messages;

/// <summary>
/// The V2 message: a header that names only topic and time, and signed content encrypted with the conversation's key,
/// authenticating the header.
/// </summary>
public static class SealedMessageV2
{
    private const int BundleLengthUsual = 512;

    /// <summary>Signs and encrypts content for a conversation.</summary>
    /// <param name="me">The sender; its newest pre-key signs.</param>
    /// <param name="topic">The conversation's stored topic, also for a message that is published on the ephemeral one.</param>
    /// <param name="keyMaterial">The conversation's key, <see cref="ConversationKeys.KeyMaterialLength"/> bytes.</param>
    /// <param name="payload">A serialised <c>EncodedContent</c>.</param>
    /// <param name="createdNs">When it is sent, nanoseconds since 1970; the envelope carries the same time.</param>
    /// <param name="shouldPush">Whether the recipient should be notified. Travels in clear.</param>
    /// <param name="withHmac">Whether to write the two push fields; releases before 11.5 had neither.</param>
    /// <param name="now">The clock, which decides on the push key's period.</param>
    /// <param name="provider">Cryptography.</param>
    /// <param name="random">Source of salt and nonce; null for the system's.</param>
    /// <returns>A serialised <c>Message</c>: what the envelope carries and what <see cref="MessageId.FromMessage"/> names.</returns>
    public static byte[] Encode(
        PrivateKeyBundle me,
        Topic topic,
        ReadOnlySpan<byte> keyMaterial,
        ReadOnlySpan<byte> payload,
        ulong createdNs,
        bool shouldPush,
        bool withHmac,
        DateTimeOffset now,
        CryptoProvider provider,
        RandomNumberGenerator? random = null)
    {
        ArgumentNullException.ThrowIfNull(me);
        if (keyMaterial.Length != ConversationKeys.KeyMaterialLength)
            throw new ArgumentException($"Key material has {ConversationKeys.KeyMaterialLength} bytes.", nameof(keyMaterial));
        var headerBytes = new Proto.MessageHeaderV2 { CreatedNs = createdNs, Topic = topic.Value }.ToByteString();
        var message = new Proto.MessageV2
        {
            HeaderBytes = headerBytes,
            Ciphertext = Encrypt(Sign(me, headerBytes.Span, payload), headerBytes.Span, keyMaterial, provider, random),
        };
        if (withHmac)
        {
            message.SenderHmac = UnsafeByteOperations.UnsafeWrap(PushHmac.Compute(keyMaterial, me.WalletAddress, now, headerBytes.Span));
            message.ShouldPush = shouldPush;
        }

        return new Proto.Message { V2 = message }.ToByteArray();
    }

    /// <summary>Signs and encrypts content for a conversation whose keys this client holds, with push fields.</summary>
    /// <inheritdoc cref="Encode(PrivateKeyBundle, Topic, ReadOnlySpan{byte}, ReadOnlySpan{byte}, ulong, bool, bool, DateTimeOffset, CryptoProvider, RandomNumberGenerator?)"/>
    /// <exception cref="ObjectDisposedException">The conversation's key was cleared.</exception>
    public static byte[] Encode(
        PrivateKeyBundle me,
        ConversationKeys keys,
        ReadOnlySpan<byte> payload,
        ulong createdNs,
        bool shouldPush,
        DateTimeOffset now,
        CryptoProvider provider,
        RandomNumberGenerator? random = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        Span<byte> keyMaterial = stackalloc byte[ConversationKeys.KeyMaterialLength];
        try
        {
            keys.CopyKeyMaterial(keyMaterial);
            return Encode(me, keys.Topic, keyMaterial, payload, createdNs, shouldPush, withHmac: true, now, provider, random);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyMaterial);
        }
    }

    /// <summary>Decrypts a message and checks who sent it: only the two participants are let in.</summary>
    /// <param name="messageBytes">The envelope's message, from the conversation's stored or ephemeral topic.</param>
    /// <param name="keys">The conversation.</param>
    /// <param name="provider">Cryptography.</param>
    /// <exception cref="ObjectDisposedException">The conversation's key was cleared.</exception>
    public static Opened<OpenedMessage> Open(ReadOnlyMemory<byte> messageBytes, ConversationKeys keys, CryptoProvider provider)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(provider);
        if (!WireReader.TryParse(Proto.Message.Parser, messageBytes.Span, out var message)) return DropReason.Malformed;
        if (message.V2 is not { } sealedMessage) return message.V1 is null ? DropReason.Malformed : DropReason.WrongVersion;
        if (!WireReader.TryParse(Proto.MessageHeaderV2.Parser, sealedMessage.HeaderBytes.Span, out var header)) return DropReason.HeaderIncomplete;
        if (!string.Equals(header.Topic, keys.Topic.Value, StringComparison.Ordinal)) return DropReason.TopicMismatch;
        if (!WireReader.IsWellFormed(sealedMessage.Ciphertext)) return DropReason.CiphertextMalformed;
        if (Decrypt(sealedMessage, keys, provider) is not { } plaintext) return DropReason.DecryptionFailed;
        if (!WireReader.TryParse(Proto.SignedContent.Parser, plaintext, out var content) ||
            content.Sender is null || !WireReader.TryReadSignature(content.Signature, out var signature)) return DropReason.SignedContentIncomplete;

        var reason = Verify(content.Sender, keys, provider, out var sender);
        if (sender is null) return reason;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        WireReader.HashJoined(sealedMessage.HeaderBytes.Span, content.Payload.Span, digest);
        if (!sender.PreKey.Verify(digest, signature)) return DropReason.SignatureInvalid;
        return new OpenedMessage(
            MessageId.FromMessage(messageBytes.Span), MessageVersion.V2, sender.Address, null, keys.Topic,
            header.CreatedNs, content.Payload.Memory, sealedMessage.HasShouldPush ? sealedMessage.ShouldPush : null);
    }

    /// <summary>The plaintext stands in borrowed memory, which is cleared before it goes back.</summary>
    private static Proto.Ciphertext Encrypt(
        Proto.SignedContent content, ReadOnlySpan<byte> headerBytes, ReadOnlySpan<byte> keyMaterial, CryptoProvider provider, RandomNumberGenerator? random)
    {
        var length = content.CalculateSize();
        var borrowed = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var plaintext = borrowed.AsSpan(0, length);
            content.WriteTo(plaintext);
            return AesGcmHkdf.Encrypt(provider, keyMaterial, plaintext, headerBytes, random);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(borrowed, clearArray: true);
        }
    }

    private static byte[]? Decrypt(Proto.MessageV2 message, ConversationKeys keys, CryptoProvider provider)
    {
        Span<byte> keyMaterial = stackalloc byte[ConversationKeys.KeyMaterialLength];
        try
        {
            keys.CopyKeyMaterial(keyMaterial);
            return AesGcmHkdf.TryDecrypt(provider, message.Ciphertext, keyMaterial, message.HeaderBytes.Span, out var plaintext) ? plaintext : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyMaterial);
        }
    }

    private static Proto.SignedContent Sign(PrivateKeyBundle me, ReadOnlySpan<byte> headerBytes, ReadOnlySpan<byte> payload)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        WireReader.HashJoined(headerBytes, payload, digest);
        return new Proto.SignedContent
        {
            Payload = ByteString.CopyFrom(payload),
            Sender = me.PublicBundle.ToProto(),
            Signature = new WireSignature(SignatureArm.EcdsaCompact, me.CurrentPreKey.Sign(digest)).ToProto(),
        };
    }

    private static DropReason Verify(Proto.SignedPublicKeyBundle bundle, ConversationKeys keys, CryptoProvider provider, out ConversationKeys.VerifiedSender? sender)
    {
        // Almost every bundle is one that was verified before: it is compared where it costs no memory to keep.
        var length = bundle.CalculateSize();
        var bundleBytes = length <= BundleLengthUsual ? stackalloc byte[length] : new byte[length];
        bundle.WriteTo(bundleBytes);
        sender = keys.Recall(bundleBytes);
        if (sender is not null) return DropReason.None;
        var reason = ReceivedBundle.Read(bundle, provider, DropReason.SignedContentIncomplete, out var parsed);
        if (parsed is null) return reason;
        if (!parsed.IsPreKeySignedByIdentity) return DropReason.PreKeyNotSigned;
        if (!ReceivedBundle.TryGetWallet(parsed, out var address)) return DropReason.KeyNotSignedByWallet;
        if (!keys.IsParticipant(address)) return DropReason.SenderNotParticipant;
        sender = new ConversationKeys.VerifiedSender(bundleBytes.ToArray(), parsed.PreKey, address);
        keys.Remember(sender);
        return DropReason.None;
    }
}
