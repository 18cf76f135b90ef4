using Xmtp.Client.Messages;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Tests.Messages;

public sealed class SealedMessageV1Tests : IAsyncLifetime
{
    private readonly SeededRandom _random = SeededRandom.Fresh();
    private PrivateKeyBundle _amal = null!;
    private PrivateKeyBundle _bola = null!;
    private PrivateKeyBundle _caro = null!;

    public async ValueTask InitializeAsync()
    {
        _amal = await TestKeys.CreateAsync(_random);
        _bola = await TestKeys.CreateAsync(_random);
        _caro = await TestKeys.CreateAsync(_random);
    }

    public ValueTask DisposeAsync()
    {
        _amal.Dispose();
        _bola.Dispose();
        _caro.Dispose();
        _random.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Open_ByAThirdAccount_IsNotAddressedToIt() => Assert.Equal(DropReason.NotAddressedToMe, Open(Encode(), _caro).Reason);

    [Fact]
    public void Open_AfterThePreKeyWasRotated_StillReadsOldMessages()
    {
        using var rotated = _bola.WithNewPreKey(TimeProvider.System, _random);

        Assert.Equal(DropReason.None, Open(Encode(), rotated).Reason);
    }

    [Fact]
    public void Open_ForAPreKeyThatIsGone_SaysSo()
    {
        using var rotated = _bola.WithNewPreKey(TimeProvider.System, _random);
        var message = SealedMessageV1.Encode(_amal, rotated.PublicBundleV1, [1], 1, TestKeys.Provider, _random);

        Assert.Equal(DropReason.NoPreKeyMatches, Open(message, _bola).Reason);
    }

    [Fact]
    public void Open_OfMyOwnMessageFromAnOlderPreKey_PicksItByTheHeader()
    {
        using var rotated = _amal.WithNewPreKey(TimeProvider.System, _random);

        Assert.Equal(DropReason.None, Open(Encode(), rotated).Reason);
    }

    [Fact]
    public void Open_OfAMessageToMyself_Works()
    {
        var message = SealedMessageV1.Encode(_amal, _amal.PublicBundleV1, [1], 1, TestKeys.Provider, _random);

        Assert.Equal(_amal.WalletAddress, Open(message, _amal).Value!.RecipientAddress);
    }

    [Fact]
    public void Open_WhenTheHeaderGivesMyKeyAnotherWallet_IsNotAddressedToMe()
    {
        // Without the comparison, the message would open on the intro topic as a conversation of somebody else's.
        var forged = _bola.PublicBundleV1.ToProto();
        forged.IdentityKey.Signature = _caro.PublicBundleV1.ToProto().IdentityKey.Signature;
        var message = SealedMessageV1.Encode(_amal, PublicKeyBundleV1.FromProto(forged, TestKeys.Provider), [1], 1, TestKeys.Provider, _random);

        Assert.Equal(DropReason.NotAddressedToMe, Open(message, _bola).Reason);
    }

    [Fact]
    public void Open_OnATopicOfOthers_DoesNotMatch()
    {
        var topic = Topic.DirectMessageV1($"{_caro.WalletAddress}", $"{_bola.WalletAddress}");

        Assert.Equal(DropReason.PartiesDoNotMatchTopic, SealedMessageV1.Open(Encode(), _bola, topic, TestKeys.Provider).Reason);
    }

    [Fact]
    public void Open_WithATimeBeyondNanoseconds_CutsItToTheLast()
    {
        var message = SealedMessageV1.Encode(_amal, _bola.PublicBundleV1, [1], ulong.MaxValue, TestKeys.Provider, _random);

        var opened = Open(message, _bola).Value!;

        Assert.Equal(ulong.MaxValue, opened.SentNs);
        Assert.True(opened.Sent.Year >= 2500);
    }

    [Fact]
    public void Open_WithRememberedSecrets_GivesTheSame()
    {
        using var secrets = new SharedSecrets(_bola);
        var plain = Open(Encode(), _bola).Value!;
        for (var i = 0; i < 3; i++)
        {
            var opened = SealedMessageV1.Open(Encode(), _bola, null, TestKeys.Provider, secrets).Value!;

            Assert.Equal((plain.SenderAddress, plain.RecipientAddress, plain.SentNs), (opened.SenderAddress, opened.RecipientAddress, opened.SentNs));
            Assert.Equal(plain.Payload.ToArray(), opened.Payload.ToArray());
        }
    }

    [Fact]
    public void Encode_ToABundleWhosePreKeyIsNotSigned_IsRefused()
    {
        var mixed = new Proto.PublicKeyBundle { IdentityKey = _bola.PublicBundleV1.ToProto().IdentityKey, PreKey = _caro.PublicBundleV1.ToProto().PreKey };
        var recipient = PublicKeyBundleV1.FromProto(mixed, TestKeys.Provider);

        var failure = Assert.Throws<XmtpException>(() => SealedMessageV1.Encode(_amal, recipient, [1], 1, TestKeys.Provider, _random));

        Assert.Equal(ErrorCatalogue.CryptographyFailed, failure.Code);
    }

    [Fact]
    public void Open_OfDamagedMessages_DropsAndNeverThrows()
    {
        var message = Encode();
        using var secrets = new SharedSecrets(_bola);
        for (var i = 0; i < 300; i++)
        {
            var damaged = message.ToArray();
            damaged[_random.Number(damaged.Length)] ^= (byte)(1 + _random.Number(255));
            if (_random.Number(4) == 0) damaged = damaged[.._random.Number(damaged.Length)];

            var opened = SealedMessageV1.Open(damaged, _bola, null, TestKeys.Provider, secrets);

            // Another tag or recovery bit that changes nothing may stay; whatever opens must be the message itself.
            Assert.True(!opened.IsOpened || opened.Value.Payload.Span.SequenceEqual("content"u8), _random.ToString());
        }
    }

    [Fact]
    public void Open_OfRandomBytes_DropsAndNeverThrows()
    {
        for (var i = 0; i < 500; i++) Assert.False(Open(_random.Bytes(_random.Number(200)), _bola).IsOpened, _random.ToString());
    }

    private byte[] Encode() => SealedMessageV1.Encode(_amal, _bola.PublicBundleV1, "content"u8, 1_700_000_000_000, TestKeys.Provider, _random);

    private static Opened<OpenedMessage> Open(byte[] message, PrivateKeyBundle viewer) => SealedMessageV1.Open(message, viewer, null, TestKeys.Provider);
}
