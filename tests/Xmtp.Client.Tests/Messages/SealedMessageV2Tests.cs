using Google.Protobuf;
using Xmtp.Client.Messages;
using Xmtp.Client.Push;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Identity;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Tests.Messages;

public sealed class SealedMessageV2Tests : IAsyncLifetime
{
    private static readonly Topic Topic = Topic.DirectMessageV2("id");
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private readonly SeededRandom _random = SeededRandom.Fresh();
    private readonly byte[] _keyMaterial = new byte[ConversationKeys.KeyMaterialLength];
    private PrivateKeyBundle _amal = null!;
    private PrivateKeyBundle _bola = null!;
    private ConversationKeys _keys = null!;

    public async ValueTask InitializeAsync()
    {
        _amal = await TestKeys.CreateAsync(_random);
        _bola = await TestKeys.CreateAsync(_random);
        _random.GetBytes(_keyMaterial);
        _keys = new ConversationKeys(Topic, _keyMaterial, _bola.WalletAddress, _amal.WalletAddress);
    }

    public ValueTask DisposeAsync()
    {
        _amal.Dispose();
        _bola.Dispose();
        _keys.Dispose();
        _random.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Open_OfAMessage_GivesTimeContentAndPushWish(bool shouldPush)
    {
        var message = SealedMessageV2.Encode(_amal, _keys, "content"u8, 1_234_567_890_123_456_789, shouldPush, Now, TestKeys.Provider, _random);

        var opened = SealedMessageV2.Open(message, _keys, TestKeys.Provider).Value!;

        Assert.Equal((_amal.WalletAddress, 1_234_567_890_123_456_789UL, shouldPush), (opened.SenderAddress, opened.SentNs, opened.ShouldPush));
        Assert.Equal("content"u8.ToArray(), opened.Payload.ToArray());
        Assert.DoesNotContain("content", opened.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            shouldPush ? PushDecision.Notify : PushDecision.NotWanted, PushFilter.Decide(message, _keys.PushKeys(Now)));
    }

    [Fact]
    public void Open_AfterTheSenderRotatedTheirPreKey_StillWorks()
    {
        Assert.True(SealedMessageV2.Open(Encode(_amal), _keys, TestKeys.Provider).IsOpened);
        var current = _amal;
        var older = new List<PrivateKeyBundle>();
        for (var i = 0; i < 6; i++)
        {
            current = current.WithNewPreKey(TimeProvider.System, _random);
            older.Add(current);
            Assert.True(SealedMessageV2.Open(Encode(current), _keys, TestKeys.Provider).IsOpened);
            Assert.True(SealedMessageV2.Open(Encode(_bola), _keys, TestKeys.Provider).IsOpened);
        }

        older.ForEach(static keys => keys.Dispose());
    }

    [Fact]
    public async Task Open_FromAThirdHolderOfTheKey_IsDroppedEveryTime()
    {
        using var caro = await TestKeys.CreateAsync(_random);
        var message = Encode(caro);

        for (var i = 0; i < 2; i++) Assert.Equal(DropReason.SenderNotParticipant, SealedMessageV2.Open(message, _keys, TestKeys.Provider).Reason);
    }

    [Fact]
    public void Open_WithAKnownBundleAndAForeignSignature_IsDropped()
    {
        Assert.True(SealedMessageV2.Open(Encode(_amal), _keys, TestKeys.Provider).IsOpened);
        var message = Alter(content => content.Payload = ByteString.CopyFromUtf8("other"));

        Assert.Equal(DropReason.SignatureInvalid, SealedMessageV2.Open(message, _keys, TestKeys.Provider).Reason);
    }

    [Fact]
    public void Open_WithoutWalletArmOrWithBadRecovery_NamesTheReason()
    {
        Assert.Equal(DropReason.SignedContentIncomplete, SealedMessageV2.Open(Alter(static content => content.Signature.EcdsaCompact.Recovery = 2), _keys, TestKeys.Provider).Reason);
        Assert.Equal(DropReason.SignedContentIncomplete, SealedMessageV2.Open(Alter(static content => content.Sender.PreKey = null), _keys, TestKeys.Provider).Reason);
        Assert.Equal(DropReason.SignedContentIncomplete, SealedMessageV2.Open(Alter(static content => content.Sender = null), _keys, TestKeys.Provider).Reason);
        Assert.Equal(DropReason.SignedContentIncomplete, SealedMessageV2.Open(Alter(static content => content.Signature = new Proto.Signature()), _keys, TestKeys.Provider).Reason);
    }

    [Fact]
    public void Open_OfAV1Message_HasTheWrongVersion()
    {
        var message = SealedMessageV1.Encode(_amal, _bola.PublicBundleV1, [1], 1, TestKeys.Provider, _random);

        Assert.Equal(DropReason.WrongVersion, SealedMessageV2.Open(message, _keys, TestKeys.Provider).Reason);
        Assert.Equal(PushDecision.Notify, PushFilter.Decide(message, _keys.PushKeys(Now)));
    }

    [Fact]
    public void Keys_AfterDispose_AreNeverUsed()
    {
        var message = Encode(_amal);
        using var keys = new ConversationKeys(Topic, _keyMaterial, _bola.WalletAddress, _amal.WalletAddress);
        Assert.True(keys.HasKeyMaterial(_keyMaterial));
        Assert.False(keys.HasKeyMaterial(new byte[ConversationKeys.KeyMaterialLength]));
        keys.Dispose();

        Assert.Throws<ObjectDisposedException>(() => SealedMessageV2.Open(message, keys, TestKeys.Provider));
        Assert.Throws<ObjectDisposedException>(() => SealedMessageV2.Encode(_amal, keys, [1], 1, true, Now, TestKeys.Provider, _random));
        Assert.Throws<ObjectDisposedException>(() => keys.PushKeys(Now));
        Assert.DoesNotContain(Convert.ToHexStringLower(_keyMaterial), keys.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Keys_OfAnotherLength_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new ConversationKeys(Topic, new byte[16], _amal.WalletAddress, _bola.WalletAddress));
        Assert.Throws<ArgumentException>(() => SealedMessageV2.Encode(_amal, Topic, new byte[16], [1], 1, true, true, Now, TestKeys.Provider, _random));
    }

    [Fact]
    public void Open_OfDamagedMessages_DropsAndNeverThrows()
    {
        var message = Encode(_amal);
        for (var i = 0; i < 500; i++)
        {
            var damaged = message.ToArray();
            damaged[_random.Number(damaged.Length)] ^= (byte)(1 + _random.Number(255));
            if (_random.Number(4) == 0) damaged = damaged[.._random.Number(damaged.Length)];

            var opened = SealedMessageV2.Open(damaged, _keys, TestKeys.Provider);

            // The push fields are not authenticated; the content is.
            Assert.True(!opened.IsOpened || opened.Value.Payload.Span.SequenceEqual("content"u8), _random.ToString());
        }
    }

    private byte[] Encode(PrivateKeyBundle sender) => SealedMessageV2.Encode(sender, _keys, "content"u8, 1, true, Now, TestKeys.Provider, _random);

    /// <summary>Amal's message with signed content changed after signing, by someone who has the key.</summary>
    private byte[] Alter(Action<Proto.SignedContent> change)
    {
        var message = Proto.Message.Parser.ParseFrom(Encode(_amal));
        var content = Proto.SignedContent.Parser.ParseFrom(
            Cryptography.AesGcmHkdf.Decrypt(TestKeys.Provider, message.V2.Ciphertext, _keyMaterial, message.V2.HeaderBytes.Span));
        change(content);
        message.V2.Ciphertext = Cryptography.AesGcmHkdf.Encrypt(TestKeys.Provider, _keyMaterial, content.ToByteArray(), message.V2.HeaderBytes.Span, _random);
        return message.ToByteArray();
    }
}
