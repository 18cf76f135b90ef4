using Xmtp.Client.Invitations;
using Xmtp.Client.Messages;
using Xmtp.Conformance.Vectors;
using Xmtp.Identity;

namespace Xmtp.Conformance;

/// <summary>File 15, the messages: what published clients refuse is refused, with a reason of its own; where they are careless, the stricter rule.</summary>
public sealed class NegativeMessageTests
{
    private const string Accepted = "accepted";

    private static readonly Vector Cases = VectorFiles.Open("15-negative")["cases"];

    private static readonly Dictionary<string, DropReason> V1 = new()
    {
        ["tampered_aad_timestamp"] = DropReason.DecryptionFailed,
        ["tampered_payload"] = DropReason.DecryptionFailed,
        ["tampered_tag"] = DropReason.DecryptionFailed,
        ["short_salt"] = DropReason.CiphertextMalformed,
        ["short_nonce"] = DropReason.CiphertextMalformed,
        ["payload_shorter_than_tag"] = DropReason.CiphertextMalformed,
        ["spoofed_topic"] = DropReason.PartiesDoNotMatchTopic,
        ["sender_prekey_not_signed_by_identity"] = DropReason.PreKeyNotSigned,
        ["v2_only_message"] = DropReason.WrongVersion,
        ["missing_recipient"] = DropReason.HeaderIncomplete,
        ["transplanted_wallet_signature"] = DropReason.PartiesDoNotMatchTopic,
    };

    private static readonly Dictionary<string, DropReason> V2 = new()
    {
        ["tampered_aad_time"] = DropReason.DecryptionFailed,
        ["tampered_payload"] = DropReason.DecryptionFailed,
        ["header_topic_mismatch"] = DropReason.TopicMismatch,
        ["signed_by_wrong_pre_key"] = DropReason.SignatureInvalid,
        ["signed_by_identity_key_instead_of_pre_key"] = DropReason.SignatureInvalid,
        ["signature_over_payload_only"] = DropReason.SignatureInvalid,
        ["pre_key_not_signed_by_identity"] = DropReason.PreKeyNotSigned,
        ["missing_sender"] = DropReason.SignedContentIncomplete,
        ["missing_signature"] = DropReason.SignedContentIncomplete,
        ["third_party_sender"] = DropReason.SenderNotParticipant,
        ["identity_signature_in_wrong_arm"] = DropReason.KeyNotSignedByWallet,
        ["high_s_signature"] = DropReason.SignatureInvalid,
    };

    private static readonly Dictionary<string, DropReason> Invitations = new()
    {
        ["control"] = DropReason.None,
        ["envelope_time_mismatch"] = DropReason.TimestampMismatch,
        ["not_addressed_to_viewer"] = DropReason.NotAddressedToMe,
        ["tampered_header"] = DropReason.DecryptionFailed,
        ["missing_topic"] = DropReason.InvitationTopicInvalid,
        ["missing_key_material"] = DropReason.InvitationKeyInvalid,
        ["foreign_topic_format"] = DropReason.InvitationTopicInvalid,
        ["short_key_material"] = DropReason.InvitationKeyInvalid,
        ["sender_pre_key_not_signed_by_identity"] = DropReason.PreKeyNotSigned,
        ["random_bytes"] = DropReason.Malformed,
        ["empty_sealed"] = DropReason.Malformed,
    };

    /// <summary>Where published clients accept and this project does not.</summary>
    private static readonly HashSet<string> Stricter = ["third_party_sender", "foreign_topic_format", "short_key_material"];

    public static TheoryData<string, string> V1Cases => Named("v1_message", "message_bytes", except: "sent_to_older_pre_key");

    public static TheoryData<string, string> V2Cases => Named("v2_message", "message_bytes");

    public static TheoryData<string, string> InvitationCases => Named("invitation", "sealed_invitation_bytes");

    [Theory]
    [MemberData(nameof(V1Cases))]
    public void OpenV1_OfANegativeCase_DropsWithItsReason(string providerName, string name)
    {
        var provider = Providers.Get(providerName);
        var vector = Case("v1_message", name);
        using var viewer = Person.Named(vector["viewer"].Text, provider);

        var opened = SealedMessageV1.Open(vector["message_bytes"].Bytes, viewer.Keys, vector["topic"].Topic, provider);

        AssertResult(vector, V1[name], opened.Reason);
    }

    [Theory]
    [MemberData(nameof(V2Cases))]
    public void OpenV2_OfANegativeCase_DropsWithItsReason(string providerName, string name)
    {
        var provider = Providers.Get(providerName);
        var vector = Case("v2_message", name);
        using var viewer = Person.Named(vector["viewer"].Text, provider);
        using var peer = Person.Named("amal", provider);
        using var keys = new ConversationKeys(vector["topic"].Topic, vector["key_material"].Bytes, viewer.Address, peer.Address);

        var opened = SealedMessageV2.Open(vector["message_bytes"].Bytes, keys, provider);

        AssertResult(vector, V2[name], opened.Reason);
    }

    [Theory]
    [MemberData(nameof(InvitationCases))]
    public void OpenInvitation_OfANegativeCase_DropsWithItsReason(string providerName, string name)
    {
        var provider = Providers.Get(providerName);
        var vector = Case("invitation", name);
        using var viewer = Person.Named(vector["viewer"].Text, provider);

        var opened = SealedInvitation.Open(vector["sealed_invitation_bytes"].Bytes, vector["envelope_timestamp_ns"].Number, viewer.Keys, provider);

        AssertResult(vector, Invitations[name], opened.Reason);
        if (opened.IsOpened) Assert.Equal($"accepted, peer {opened.Value.PeerAddress}, topic {opened.Value.Topic}", vector["js_result"].Text);
    }

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public void OpenV1_SentToAnOlderPreKey_PicksItByTheHeader(string providerName)
    {
        var provider = Providers.Get(providerName);
        var vector = Case("v1_message", "sent_to_older_pre_key");
        using var viewer = PrivateKeyBundle.Import(vector["viewer_private_key_bundle_bytes"].Bytes, provider);

        var opened = SealedMessageV1.Open(vector["message_bytes"].Bytes, viewer, null, provider);

        Assert.StartsWith("error", vector["js_result"].Text, StringComparison.Ordinal);
        Assert.Equal(DropReason.None, opened.Reason);
        Assert.Equal(vector["recommended_result"].Text, $"decrypts to {Convert.ToHexStringLower(opened.Value!.Payload.Span)}");
    }

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public void WalletAddress_OfATransplantedSignature_IsSomeoneElses(string providerName)
    {
        var provider = Providers.Get(providerName);
        var message = Xmtp.Protocol.MessageContents.Message.Parser.ParseFrom(Case("v1_message", "transplanted_wallet_signature")["message_bytes"].Bytes);
        var header = Xmtp.Protocol.MessageContents.MessageHeaderV1.Parser.ParseFrom(message.V1.HeaderBytes);

        var sender = PublicKeyBundleV1.FromProto(header.Sender, provider);

        Assert.Equal(Case("v1_message", "transplanted_wallet_signature_recovers_to")["recovered_address"].Address, sender.WalletAddress);
    }

    [Theory]
    [MemberData(nameof(Providers.Both), MemberType = typeof(Providers))]
    public void OpenInvitation_ForAReusedTopic_LeavesTheChoiceToItsTime(string providerName)
    {
        var provider = Providers.Get(providerName);
        var vector = Case("invitation", "reused_topic");
        using var viewer = Person.Named(vector["viewer"].Text, provider);
        var header = Xmtp.Protocol.MessageContents.SealedInvitationHeaderV1.Parser.ParseFrom(
            Xmtp.Protocol.MessageContents.SealedInvitation.Parser.ParseFrom(vector["first_sealed_invitation_bytes"].Bytes).V1.HeaderBytes);

        var first = SealedInvitation.Open(vector["first_sealed_invitation_bytes"].Bytes, header.CreatedNs, viewer.Keys, provider).Value!;
        var second = SealedInvitation.Open(vector["second_sealed_invitation_bytes"].Bytes, vector["second_envelope_timestamp_ns"].Number, viewer.Keys, provider).Value!;

        // Both open; whoever keeps conversations keeps the first and reports the second as a taken topic.
        Assert.Equal(first.Topic, second.Topic);
        Assert.NotEqual(first.PeerAddress, second.PeerAddress);
        Assert.NotEqual(first.KeyMaterial.ToArray(), second.KeyMaterial.ToArray());
        Assert.Equal($"one conversation, peer {first.PeerAddress}", vector["js_result"].Text);
    }

    private static void AssertResult(Vector vector, DropReason expected, DropReason actual)
    {
        Assert.Equal(expected, actual);
        Assert.NotEmpty(actual.Describe());
        var name = vector["name"].Text;
        var isAcceptedByOthers = vector["js_result"].Text.StartsWith(Accepted, StringComparison.Ordinal);
        Assert.Equal(isAcceptedByOthers && !Stricter.Contains(name), actual == DropReason.None);
        Assert.True(isAcceptedByOthers || vector["js_result"].Text.StartsWith("error: ", StringComparison.Ordinal));
    }

    private static Vector Case(string area, string name) => Cases.Items.Single(item => item["area"].Text == area && item["name"].Text == name);

    private static TheoryData<string, string> Named(string area, string member, string? except = null) => Providers.With(
        Cases.Items.Where(item => item["area"].Text == area && item.Has(member) && item["name"].Text != except).Select(static item => item["name"].Text));
}
