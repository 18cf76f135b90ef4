using Google.Protobuf;
using Xmtp.Client.Consent;
using Xmtp.Client.Invitations;
using Xmtp.Client.Messages;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Tests.Invitations;

public sealed class SealedInvitationTests : IAsyncLifetime
{
    private const ulong CreatedNs = 1_700_000_000_123_456_789;

    private readonly SeededRandom _random = SeededRandom.Fresh();
    private PrivateKeyBundle _amal = null!;
    private PrivateKeyBundle _bola = null!;

    public async ValueTask InitializeAsync()
    {
        _amal = await TestKeys.CreateAsync(_random);
        _bola = await TestKeys.CreateAsync(_random);
    }

    public ValueTask DisposeAsync()
    {
        _amal.Dispose();
        _bola.Dispose();
        _random.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Open_OfAFullInvitation_GivesEveryPart()
    {
        var proof = new ConsentProof("0x" + new string('a', 130), 5);
        var metadata = new Dictionary<string, string> { ["title"] = "Two" };
        var created = SealedInvitation.Create(_amal, _bola.PublicBundle, "example.com/two", metadata, proof, CreatedNs, TestKeys.Provider, _random);

        var opened = SealedInvitation.Open(created.Bytes, CreatedNs, _bola, TestKeys.Provider).Value!;

        Assert.Equal((created.Topic, CreatedNs, "example.com/two", proof), (opened.Topic, opened.CreatedNs, opened.ConversationId, opened.ConsentProof));
        Assert.Equal((InvitationRole.Invitee, _amal.WalletAddress), (opened.Role, opened.PeerAddress));
        Assert.Equal(created.KeyMaterial, opened.KeyMaterial.ToArray());
        Assert.Equal(metadata, opened.Metadata);
        Assert.DoesNotContain("Two", opened.ToString(), StringComparison.Ordinal);
        opened.Dispose();
        Assert.Equal(new byte[ConversationKeys.KeyMaterialLength], opened.KeyMaterial.ToArray());
    }

    [Fact]
    public void Create_WithAnEmptyOrNoId_IsTheSameConversation()
    {
        var none = SealedInvitation.Create(_amal, _bola.PublicBundle, null, null, null, CreatedNs, TestKeys.Provider, _random);
        var empty = SealedInvitation.Create(_bola, _amal.PublicBundle, string.Empty, null, null, CreatedNs, TestKeys.Provider, _random);

        Assert.Equal(none.Topic, empty.Topic);
        Assert.Equal(none.KeyMaterial, empty.KeyMaterial);
        Assert.Null(SealedInvitation.Open(empty.Bytes, CreatedNs, _amal, TestKeys.Provider).Value!.ConversationId);
    }

    [Fact]
    public void Open_WithAnIdThatIsPresentButEmpty_HasNone()
    {
        // As mobile clients write it.
        var bytes = Seal(static invitation => invitation.Context = new Proto.InvitationV1.Types.Context());

        Assert.Null(SealedInvitation.Open(bytes, CreatedNs, _bola, TestKeys.Provider).Value!.ConversationId);
    }

    [Fact]
    public void Create_ForMyself_IsRefused()
    {
        var failure = Assert.Throws<XmtpException>(
            () => SealedInvitation.Create(_amal, _amal.PublicBundle, null, null, null, CreatedNs, TestKeys.Provider, _random));

        Assert.Equal(ErrorCatalogue.SelfMessaging, failure.Code);
    }

    [Theory]
    [InlineData("/xmtp/0/m-/proto")]
    [InlineData("/xmtp/0/m-abc")]
    [InlineData("/xmtp/0/mE-abc/proto")]
    [InlineData("/xmtp/0/dm-abc/proto")]
    [InlineData("m-abc")]
    [InlineData("/xmtp/1/m-abc/proto")]
    public void Open_NamingAnotherKindOfTopic_IsDropped(string topic)
    {
        Assert.Equal(DropReason.InvitationTopicInvalid, SealedInvitation.Open(Seal(invitation => invitation.Topic = topic), CreatedNs, _bola, TestKeys.Provider).Reason);
        Assert.Throws<ArgumentException>(() => SealedInvitation.Seal(
            _amal, _bola.PublicBundle, new Topic(topic), new byte[32], null, null, null, CreatedNs, TestKeys.Provider, _random));
    }

    [Theory]
    [InlineData(284, true)]
    [InlineData(285, false)]
    public void Open_OfALongTopic_StopsAtTheNodesLimit(int idLength, bool isOpened)
    {
        var topic = Topic.DirectMessageV2(new string('a', idLength));

        Assert.Equal(isOpened, SealedInvitation.Open(Seal(invitation => invitation.Topic = topic.Value), CreatedNs, _bola, TestKeys.Provider).IsOpened);
    }

    [Theory]
    [InlineData("ab+/cd")]
    [InlineData("gärbled�")]
    public void Open_OfTopicsThatOldReleasesMade_TakesThemAsTheyAre(string id)
    {
        var topic = Topic.DirectMessageV2(id);

        Assert.Equal(topic, SealedInvitation.Open(Seal(invitation => invitation.Topic = topic.Value), CreatedNs, _bola, TestKeys.Provider).Value!.Topic);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Open_WithKeyMaterialOfAnotherLength_IsDropped(int length)
    {
        var bytes = Seal(invitation => invitation.Aes256GcmHkdfSha256.KeyMaterial = ByteString.CopyFrom(new byte[length]));

        Assert.Equal(DropReason.InvitationKeyInvalid, SealedInvitation.Open(bytes, CreatedNs, _bola, TestKeys.Provider).Reason);
    }

    [Fact]
    public void Open_OfMyInvitationFromAnOlderPreKey_ListsThePeerNotMe()
    {
        var created = SealedInvitation.Create(_amal, _bola.PublicBundle, null, null, null, CreatedNs, TestKeys.Provider, _random);
        using var rotated = _amal.WithNewPreKey(TimeProvider.System, _random);

        var opened = SealedInvitation.Open(created.Bytes, CreatedNs, rotated, TestKeys.Provider).Value!;

        Assert.Equal((InvitationRole.Inviter, _bola.WalletAddress), (opened.Role, opened.PeerAddress));
        Assert.NotEqual(created.Topic, ConversationDerivation.Derive(rotated, _bola.PublicBundle, null).Topic);
    }

    [Fact]
    public void Open_OfManyFromOnePeer_WorksWithRememberedSecrets()
    {
        using var secrets = new SharedSecrets(_bola);
        for (var i = 0; i < 5; i++)
        {
            var created = SealedInvitation.Create(_amal, _bola.PublicBundle, $"example.com/{i}", null, null, CreatedNs, TestKeys.Provider, _random);
            Assert.Equal(created.Topic, SealedInvitation.Open(created.Bytes, CreatedNs, _bola, TestKeys.Provider, secrets).Value!.Topic);
        }

        Assert.Equal(1, secrets.Count);
    }

    [Fact]
    public void Open_WithTheIdentitySignatureInTheWrongArm_NamesIt()
    {
        var message = Proto.SealedInvitation.Parser.ParseFrom(Seal(static _ => { }));
        var header = Proto.SealedInvitationHeaderV1.Parser.ParseFrom(message.V1.HeaderBytes);
        var compact = header.Sender.IdentityKey.Signature.WalletEcdsaCompact;
        header.Sender.IdentityKey.Signature = new Proto.Signature { EcdsaCompact = new() { Bytes = compact.Bytes, Recovery = compact.Recovery } };
        message.V1.HeaderBytes = header.ToByteString();

        Assert.Equal(DropReason.KeyNotSignedByWallet, SealedInvitation.Open(message.ToByteArray(), CreatedNs, _bola, TestKeys.Provider).Reason);
    }

    [Fact]
    public void Open_OfDamagedInvitations_DropsAndNeverThrows()
    {
        var bytes = Seal(static _ => { });
        for (var i = 0; i < 300; i++)
        {
            var damaged = bytes.ToArray();
            damaged[_random.Number(damaged.Length)] ^= (byte)(1 + _random.Number(255));
            if (_random.Number(4) == 0) damaged = damaged[.._random.Number(damaged.Length)];

            Assert.False(SealedInvitation.Open(damaged, CreatedNs, _bola, TestKeys.Provider).IsOpened, _random.ToString());
        }
    }

    /// <summary>An invitation from amal to bola with any content, sealed as it should be.</summary>
    private byte[] Seal(Action<Proto.InvitationV1> change)
    {
        var invitation = new Proto.InvitationV1
        {
            Topic = "/xmtp/0/m-abc/proto",
            Aes256GcmHkdfSha256 = new() { KeyMaterial = ByteString.CopyFrom(new byte[ConversationKeys.KeyMaterialLength]) },
        };
        change(invitation);
        var header = new Proto.SealedInvitationHeaderV1 { Sender = _amal.PublicBundle.ToProto(), Recipient = _bola.PublicBundle.ToProto(), CreatedNs = CreatedNs }.ToByteString();
        var secret = _amal.SharedSecret(_bola.PublicBundle, _amal.CurrentPreKey.PublicKey, iAmRecipient: false);
        var ciphertext = AesGcmHkdf.Encrypt(TestKeys.Provider, secret, invitation.ToByteArray(), header.Span, _random);
        return new Proto.SealedInvitation { V1 = new Proto.SealedInvitationV1 { HeaderBytes = header, Ciphertext = ciphertext } }.ToByteArray();
    }
}
