using Google.Protobuf;
using Xmtp.Client.Invitations;
using Xmtp.Client.Messages;
using Xmtp.Conformance.Vectors;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Conformance;

/// <summary>File 07.</summary>
public sealed class InvitationsTests
{
    private static readonly Vector Root = VectorFiles.Open("07-invitations");

    public static TheoryData<string, int> Deterministic => Providers.WithEach(Root["deterministic"]);

    [Theory]
    [MemberData(nameof(Deterministic))]
    public void Create_WithTheVectorsRandomness_GivesTheVectorsBytes(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["deterministic"][index];
        using var inviter = Person.Named(vector["inviter"].Text, provider);
        using var invitee = Person.Named(vector["invitee"].Text, provider);
        using var random = new ScriptedRandom(vector["hkdf_salt"].Bytes, vector["gcm_nonce"].Bytes);
        var context = vector["context"];

        var (topic, keyMaterial, bytes) = SealedInvitation.Create(
            inviter.Keys,
            invitee.Keys.PublicBundle,
            context.IsNull ? null : context["conversation_id"].Text,
            context.IsNull ? null : context["metadata"].Texts,
            null,
            vector["created_ns"].Number,
            provider,
            random);

        Assert.Equal(vector["topic"].Topic, topic);
        Assert.Equal(vector["key_material"].Bytes, keyMaterial);
        Assert.Equal(vector["sealed_invitation_bytes"].Bytes, bytes);
        AssertParts(vector, inviter, invitee, provider);
        Assert.Equal([Topic.Invite($"{invitee.Address}"), Topic.Invite($"{inviter.Address}")], vector["publish_to"].Items.Select(static item => item.Topic));
    }

    [Theory]
    [MemberData(nameof(Deterministic))]
    public void Open_ByEitherParty_GivesTheConversation(string providerName, int index)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["deterministic"][index];
        using var inviter = Person.Named(vector["inviter"].Text, provider);
        using var invitee = Person.Named(vector["invitee"].Text, provider);

        AssertOpens(vector, inviter, invitee, InvitationRole.Inviter, provider);
        AssertOpens(vector, invitee, inviter, InvitationRole.Invitee, provider);
    }

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public void Derive_OfTheUpstreamKnownAnswer_GivesItForBothParties(string providerName)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["upstream_known_answer"];
        using var alice = PrivateKeyBundle.Import(vector["alice_private_key_bundle_bytes"].Bytes, provider);
        using var bob = PrivateKeyBundle.Import(vector["bob_private_key_bundle_bytes"].Bytes, provider);
        Assert.Equal(vector["alice_address"].Address, alice.WalletAddress);
        Assert.Equal(vector["bob_address"].Address, bob.WalletAddress);

        foreach (var (me, peer) in new[] { (alice, bob), (bob, alice) })
        {
            var (topic, keyMaterial) = ConversationDerivation.Derive(me, peer.PublicBundle, vector["conversation_id"].Text);

            Assert.Equal(vector["topic"].Topic, topic);
            Assert.Equal(vector["key_material"].Bytes, keyMaterial);
        }
    }

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public void Seal_RandomTopic_GivesTheVectorsBytesAndOpens(string providerName)
    {
        var provider = Providers.Get(providerName);
        var vector = Root["random_topic"];
        using var inviter = Person.Named(vector["inviter"].Text, provider);
        using var invitee = Person.Named(vector["invitee"].Text, provider);
        using var random = new ScriptedRandom(vector["hkdf_salt"].Bytes, vector["gcm_nonce"].Bytes);

        AssertParts(vector, inviter, invitee, provider);
        AssertOpens(vector, inviter, invitee, InvitationRole.Inviter, provider);
        AssertOpens(vector, invitee, inviter, InvitationRole.Invitee, provider);
        var invitation = Proto.InvitationV1.Parser.ParseFrom(vector["invitation_v1_bytes"].Bytes);
        var bytes = SealedInvitation.Seal(
            inviter.Keys, invitee.Keys.PublicBundle, vector["topic"].Topic, vector["key_material"].Bytes,
            invitation.Context?.ConversationId, invitation.Context?.Metadata.ToDictionary(), null, vector["created_ns"].Number, provider, random);
        Assert.Equal(vector["sealed_invitation_bytes"].Bytes, bytes);
    }

    [Fact]
    public void Observations_AboutDerivation_HoldInTheVectors()
    {
        Assert.Equal(
            ["key_material is the same for every conversation_id of the same pair", "topic and key_material do not depend on who invites"],
            Root["observations"].Items.Select(static observation => observation.Text));
        Assert.Single(Root["deterministic"].Items.Select(static vector => vector["key_material"].Text).Distinct());
        Assert.Equal(3, Root["deterministic"].Items.Select(static vector => vector["topic"].Text).Distinct().Count());
    }

    private static void AssertParts(Vector vector, Person inviter, Person invitee, CryptoProvider provider)
    {
        var sealedInvitation = Proto.SealedInvitation.Parser.ParseFrom(vector["sealed_invitation_bytes"].Bytes).V1;
        Assert.Equal(vector["header_bytes"].Bytes, sealedInvitation.HeaderBytes.ToByteArray());
        Assert.Equal(vector["payload"].Bytes, sealedInvitation.Ciphertext.Aes256GcmHkdfSha256.Payload.ToByteArray());
        var secret = invitee.Keys.SharedSecret(inviter.Keys.PublicBundle, invitee.Keys.CurrentPreKey.PublicKey, iAmRecipient: true);
        var invitation = AesGcmHkdf.Decrypt(provider, sealedInvitation.Ciphertext, secret, sealedInvitation.HeaderBytes.Span);
        Assert.Equal(vector["invitation_v1_bytes"].Bytes, invitation);
        Assert.Equal(invitation, Proto.InvitationV1.Parser.ParseFrom(invitation).ToByteArray());
    }

    private static void AssertOpens(Vector vector, Person viewer, Person peer, InvitationRole role, CryptoProvider provider)
    {
        var opened = SealedInvitation.Open(vector["sealed_invitation_bytes"].Bytes, vector["created_ns"].Number, viewer.Keys, provider);

        Assert.Equal(DropReason.None, opened.Reason);
        var invitation = opened.Value!;
        Assert.Equal(vector["topic"].Topic, invitation.Topic);
        Assert.Equal(vector["key_material"].Bytes, invitation.KeyMaterial.ToArray());
        Assert.Equal(vector["created_ns"].Number, invitation.CreatedNs);
        Assert.Equal(peer.Address, invitation.PeerAddress);
        Assert.Equal(role, invitation.Role);
        Assert.Null(invitation.ConsentProof);
        if (vector.Find("context") is not { IsNull: false } context) return;
        Assert.Equal(context["conversation_id"].Text, invitation.ConversationId);
        Assert.Equal(context["metadata"].Texts, invitation.Metadata);
    }
}
