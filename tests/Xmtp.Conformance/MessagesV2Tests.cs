using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Client.Invitations;
using Xmtp.Client.Messages;
using Xmtp.Conformance.Vectors;
using Xmtp.Cryptography;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Conformance;

/// <summary>File 08.</summary>
public sealed class MessagesV2Tests
{
    private static readonly Vector Root = VectorFiles.Open("08-messages-v2");

    public static TheoryData<string, int> Messages => Providers.WithEach(Root["messages"]);

    [Theory]
    [MemberData(nameof(Messages))]
    public void Encode_WithTheVectorsRandomness_GivesTheVectorsBytes(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["messages"][index];
        using var sender = Person.Named(vector["sender"].Text, provider);

        var bytes = Encode(vector, sender, withHmac: true, provider);

        Assert.Equal(vector["message_bytes"].Bytes, bytes);
        Assert.Equal(vector["message_id"].Text, MessageId.FromMessage(bytes).ToString());
        var message = Proto.Message.Parser.ParseFrom(bytes).V2;
        Assert.Equal(vector["header_bytes"].Bytes, message.HeaderBytes.ToByteArray());
        Assert.Equal(vector["payload"].Bytes, message.Ciphertext.Aes256GcmHkdfSha256.Payload.ToByteArray());
        Assert.Equal(vector["sender_hmac"].Bytes, message.SenderHmac.ToByteArray());
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void SignedContent_Decrypted_HoldsTheVectorsParts(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["messages"][index];
        var message = Proto.Message.Parser.ParseFrom(vector["message_bytes"].Bytes).V2;

        var plaintext = AesGcmHkdf.Decrypt(provider, message.Ciphertext, Root["key_material"].Bytes, message.HeaderBytes.Span);

        Assert.Equal(vector["signed_content_bytes"].Bytes, plaintext);
        var content = Proto.SignedContent.Parser.ParseFrom(plaintext);
        Assert.Equal(plaintext, content.ToByteArray());
        Assert.Equal(vector["signed_content_payload"].Bytes, content.Payload.ToByteArray());
        Assert.Equal(vector["content_text"].Text, Contents.Text(content.Payload.Memory));
        var digest = SHA256.HashData([.. message.HeaderBytes.Span, .. content.Payload.Span]);
        Assert.Equal(vector["digest_sha256_header_and_payload"].Bytes, digest);
        using var sender = Person.Named(vector["sender"].Text, provider);
        Signatures.AssertEqual(vector["signature_by_prekey"], content.Signature);
        Signatures.AssertEqual(vector["signature_by_prekey"], sender.Keys.CurrentPreKey.Sign(digest));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Open_ByEitherParticipant_GivesContentAndSender(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["messages"][index];
        foreach (var (self, peer) in new[] { ("amal", "bola"), ("bola", "amal") })
        {
            using var keys = Keys(self, peer, provider);

            // Twice: the second time the sender's bundle is known.
            for (var round = 0; round < 2; round++)
            {
                var opened = SealedMessageV2.Open(vector["message_bytes"].Bytes, keys, provider);

                Assert.Equal(DropReason.None, opened.Reason);
                var message = opened.Value!;
                Assert.Equal(MessageVersion.V2, message.Version);
                Assert.Equal(vector["message_id"].Text, message.Id.ToString());
                Assert.Equal(vector["sender_address"].Address, message.SenderAddress);
                Assert.Null(message.RecipientAddress);
                Assert.Equal(vector["header_created_ns"].Number, message.SentNs);
                Assert.Equal(vector["envelope_timestamp_ns"].Number, message.SentNs);
                Assert.Equal(vector["header_topic"].Topic, message.ConversationTopic);
                Assert.Equal(vector["signed_content_payload"].Bytes, message.Payload.ToArray());
                Assert.Equal(vector["should_push"].Flag, message.ShouldPush);
            }
        }
    }

    [Fact]
    public void Topic_OfEachMessage_IsEphemeralWhereItIs()
    {
        Assert.Equal(Root["ephemeral_topic"].Topic, Root["topic"].Topic.ToEphemeral());
        foreach (var vector in Root["messages"].Items)
            Assert.Equal(vector["ephemeral"].Flag ? Root["ephemeral_topic"].Topic : Root["topic"].Topic, vector["published_to"].Topic);
    }

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public void Encode_WithoutPushFields_GivesTheBytesOfOlderReleases(string providerName)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["message_without_hmac_fields"];
        using var sender = Person.Named(Root["messages"][0]["sender"].Text, provider);

        var bytes = Encode(Root["messages"][0], sender, withHmac: false, provider);

        Assert.Equal(vector["message_bytes"].Bytes, bytes);
        Assert.Equal(vector["message_id"].Text, MessageId.FromMessage(bytes).ToString());
        using var keys = Keys("bola", "amal", provider);
        var opened = SealedMessageV2.Open(bytes, keys, provider);
        Assert.Equal(DropReason.None, opened.Reason);
        Assert.Null(opened.Value!.ShouldPush);
    }

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public void Invitation_ThatWasPublished_OpensToThisConversation(string providerName)
    {
        var provider = Providers.Get(providerName);
        using var amal = Person.Named("amal", provider);
        using var bola = Person.Named("bola", provider);
        Topic[] topics = [Topic.Invite($"{bola.Address}"), Topic.Invite($"{amal.Address}")];
        Assert.Equal(topics, Root["invitation_published"].Items.Select(static envelope => envelope["topic"].Topic));
        foreach (var envelope in Root["invitation_published"].Items)
        {
            foreach (var viewer in new[] { amal, bola })
            {
                var opened = SealedInvitation.Open(envelope["message_bytes"].Bytes, envelope["timestamp_ns"].Number, viewer.Keys, provider);

                Assert.Equal(DropReason.None, opened.Reason);
                Assert.Equal(Root["topic"].Topic, opened.Value!.Topic);
                Assert.Equal(Root["key_material"].Bytes, opened.Value.KeyMaterial.ToArray());
                Assert.Equal(Root["context"]["conversation_id"].Text, opened.Value.ConversationId);
            }
        }
    }

    private static byte[] Encode(Vector vector, Person sender, bool withHmac, CryptoProvider provider)
    {
        using var random = new ScriptedRandom(vector["hkdf_salt"].Bytes, vector["gcm_nonce"].Bytes);
        return SealedMessageV2.Encode(
            sender.Keys,
            Root["topic"].Topic,
            Root["key_material"].Bytes,
            vector["signed_content_payload"].Bytes,
            vector["header_created_ns"].Number,
            vector["should_push"].Flag,
            withHmac,
            vector["clock_at_send_ms"].Milliseconds,
            provider,
            random);
    }

    private static ConversationKeys Keys(string self, string peer, CryptoProvider provider)
    {
        using var me = Person.Named(self, provider);
        using var other = Person.Named(peer, provider);
        return new ConversationKeys(Root["topic"].Topic, Root["key_material"].Bytes, me.Address, other.Address);
    }
}
