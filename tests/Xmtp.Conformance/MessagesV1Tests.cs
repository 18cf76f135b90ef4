using Xmtp.Client.Messages;
using Xmtp.Conformance.Vectors;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Conformance;

/// <summary>File 06.</summary>
public sealed class MessagesV1Tests
{
    private const string File = "06-messages-v1";

    private static readonly Vector Root = VectorFiles.Open(File);

    public static TheoryData<string, int> Messages => Providers.WithEach(Root["messages"]);

    [Theory]
    [MemberData(nameof(Messages))]
    public void Encode_WithTheVectorsRandomness_GivesTheVectorsBytes(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["messages"][index];
        using var sender = Person.Named(vector["sender"].Text, provider);
        using var recipient = Person.Named(vector["recipient"].Text, provider);
        using var random = new ScriptedRandom(vector["hkdf_salt"].Bytes, vector["gcm_nonce"].Bytes);

        var bytes = SealedMessageV1.Encode(
            sender.Keys, recipient.Keys.PublicBundleV1, vector["decrypted_encoded_content"].Bytes, vector["header_timestamp_ms"].Number, provider, random);

        Assert.Equal(vector["message_bytes"].Bytes, bytes);
        Assert.Equal(0, random.Remaining);
        var message = Proto.Message.Parser.ParseFrom(bytes).V1;
        Assert.Equal(vector["header_bytes"].Bytes, message.HeaderBytes.ToByteArray());
        Assert.Equal(vector["payload"].Bytes, message.Ciphertext.Aes256GcmHkdfSha256.Payload.ToByteArray());
        Assert.Equal(vector["message_id"].Text, MessageId.FromMessage(bytes).ToString());
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Open_ByEitherParty_GivesContentAndAddresses(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["messages"][index];
        foreach (var name in new[] { vector["sender"].Text, vector["recipient"].Text })
        {
            using var viewer = Person.Named(name, provider);
            using var secrets = new SharedSecrets(viewer.Keys);
            foreach (var topic in new Topic?[] { Root["topic"].Topic, Root["ephemeral_topic"].Topic, null })
            {
                var opened = SealedMessageV1.Open(vector["message_bytes"].Bytes, viewer.Keys, topic, provider, secrets);

                Assert.Equal(DropReason.None, opened.Reason);
                var message = opened.Value!;
                Assert.Equal(MessageVersion.V1, message.Version);
                Assert.Equal(vector["message_id"].Text, message.Id.ToString());
                Assert.Equal(vector["sender_address"].Address, message.SenderAddress);
                Assert.Equal(vector["recipient_address"].Address, message.RecipientAddress);
                Assert.Equal(vector["envelope_timestamp_ns"].Number, message.SentNs);
                Assert.Equal(vector["decrypted_encoded_content"].Bytes, message.Payload.ToArray());
                Assert.Equal(vector["content_text"].Text, Contents.Text(message.Payload));
                Assert.Equal(Root["topic"].Topic, message.ConversationTopic);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Topics_OfAMessage_AreIntroductionsOnlyTheFirstTime(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["messages"][index];
        using var sender = Person.Named(vector["sender"].Text, provider);
        using var recipient = Person.Named(vector["recipient"].Text, provider);
        var isFirst = !Root["messages"].Items.Take(index).Any(earlier => earlier["sender"].Text == vector["sender"].Text);
        Topic[] introductions = [Topic.Intro($"{recipient.Address}"), Topic.Intro($"{sender.Address}")];

        Topic[] expected = [.. isFirst ? introductions : [], Topic.DirectMessageV1($"{sender.Address}", $"{recipient.Address}")];

        Assert.Equal(expected, vector["published_to"].Items.Select(static topic => topic.Topic));
    }

    [Fact]
    public void CreatedAt_OfTheConversation_IsTheEarliestMessage() =>
        Assert.Equal(Root["conversation_created_at_as_listed_by_bola_ms"].Number, Root["messages"].Items.Min(static message => message["header_timestamp_ms"].Number));

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public void Open_EphemeralMessage_Succeeds(string providerName)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["ephemeral_message"];
        using var bola = Person.Named("bola", provider);

        var opened = SealedMessageV1.Open(vector["message_bytes"].Bytes, bola.Keys, vector["published_to"].Topic, provider);

        Assert.Equal(DropReason.None, opened.Reason);
        Assert.Equal(Root["topic"].Topic, opened.Value!.ConversationTopic);
        Assert.Equal(Root["ephemeral_topic"].Topic, vector["published_to"].Topic);
        Assert.Equal(Root["ephemeral_topic"].Topic, Root["topic"].Topic.ToEphemeral());
    }
}
