using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Client.Consent;
using Xmtp.Client.Messages;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Cryptography;
using Xmtp.Protocol.Envelopes;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Tests.Consent;

public sealed class ConsentListTests : IDisposable
{
    private static readonly EthereumAddress Bola = EthereumAddress.Parse("0x1c8736f482c1d17AeBb5CA7990920738A60b1f17");

    private readonly SeededRandom _random = SeededRandom.Fresh();
    private readonly Secp256k1PrivateKey _key;
    private readonly ConsentLog _log;
    private readonly ConsentList _list;

    public ConsentListTests()
    {
        _key = Secp256k1PrivateKey.Generate(TestKeys.Provider, _random);
        _log = new ConsentLog(_key);
        _list = new ConsentList(_log);
    }

    public void Dispose()
    {
        _log.Dispose();
        _key.Dispose();
        _random.Dispose();
    }

    [Fact]
    public void Apply_InAnyOrder_LetsTheLatestTimeCount()
    {
        var (allow, deny) = (_log.Encrypt(ConsentAction.Allow(Bola), _random), _log.Encrypt(ConsentAction.Deny(Bola), _random));

        Assert.Equal([new ConsentEntry(Bola)], _list.Apply(20, deny).Value!);
        Assert.Empty(_list.Apply(10, allow).Value!);
        Assert.Equal(ConsentState.Denied, _list[Bola]);
        Assert.Equal([new ConsentEntry(Bola)], _list.Apply(30, allow).Value!);
        Assert.Empty(_list.Apply(30, allow).Value!);
        Assert.Equal(ConsentState.Allowed, _list[Bola]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Apply_AtEqualTimes_FollowsTheNodesOrder(bool allowFirst)
    {
        var (allow, deny) = (_log.Encrypt(ConsentAction.Allow(Bola), _random), _log.Encrypt(ConsentAction.Deny(Bola), _random));
        var later = Digest(allow).AsSpan().SequenceCompareTo(Digest(deny)) > 0 ? ConsentState.Allowed : ConsentState.Denied;

        _list.Apply(10, allowFirst ? allow : deny);
        _list.Apply(10, allowFirst ? deny : allow);

        Assert.True(later == _list[Bola], _random.ToString());
    }

    [Fact]
    public void Apply_WithSeveralMembersInOneAction_HonoursAllInTheirOrder()
    {
        // Two one-of members in one message, as the JavaScript encoder writes them: a generated reader keeps the last.
        byte[] action =
        [
            .. new Proto.PrivatePreferencesAction { AllowAddress = new() { WalletAddresses = { Bola.ToString(), string.Empty } } }.ToByteArray(),
            .. new Proto.PrivatePreferencesAction { DenyGroup = new() { GroupIds = { "group" } } }.ToByteArray(),
            .. new Proto.PrivatePreferencesAction { AllowInboxId = new() { InboxIds = { "inbox" } } }.ToByteArray(),
            .. new byte[] { 0x78, 0x01 },
        ];

        Assert.Equal(3, _list.Apply(1, Encrypt(action)).Value!.Length);

        Assert.Equal(
            new Dictionary<ConsentEntry, ConsentState>
            {
                [new(Bola)] = ConsentState.Allowed,
                [new(ConsentKind.Group, "group")] = ConsentState.Denied,
                [new(ConsentKind.Inbox, "inbox")] = ConsentState.Allowed,
            },
            _list.Entries);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ff")]
    [InlineData("7801")]
    [InlineData("0a05")]
    [InlineData("0a020aff")]
    public void Apply_OfAnEmptyOrDamagedAction_IsDropped(string hex) =>
        Assert.Equal(DropReason.ContentUndecodable, _list.Apply(1, Encrypt(Convert.FromHexString(hex))).Reason);

    [Fact]
    public void Apply_OfWhatStrangersWrote_ChangesNothing()
    {
        using var strangersKey = Secp256k1PrivateKey.Generate(TestKeys.Provider, _random);
        using var strangers = new ConsentLog(strangersKey);
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1000));

        Assert.Equal(DropReason.DecryptionFailed, _list.Apply(ulong.MaxValue, strangers.Encrypt(ConsentAction.Deny(Bola), _random)).Reason);
        Assert.Equal(DropReason.CiphertextMalformed, _list.Apply(1, []).Reason);
        Assert.Equal(DropReason.Malformed, _list.Apply(1, [0xff]).Reason);

        Assert.Empty(_list.Entries);
        Assert.Equal(1_000_000_000_000UL, _list.NextTimeNs(clock));
    }

    [Fact]
    public void State_OfAnAddressInAnySpelling_IsTheSame()
    {
        _list.Apply(1, _log.Encrypt(new ConsentAction(ConsentState.Denied, ConsentKind.Address, [Bola.ToString().ToUpperInvariant().Replace("0X", "0x", StringComparison.Ordinal)]), _random));

        Assert.Equal(ConsentState.Denied, _list[Bola]);
        Assert.Equal(ConsentState.Denied, _list[new ConsentEntry(ConsentKind.Address, Bola.ToString().ToLowerInvariant())]);
        Assert.Equal(ConsentState.Unknown, _list[new ConsentEntry(ConsentKind.Group, Bola.ToString())]);
    }

    [Fact]
    public void NextTimeNs_WithAClockThatStands_RisesByAMillisecond()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1000));

        Assert.Equal([1_000_000_000_000UL, 1_000_001_000_000UL, 1_000_002_000_000UL], [_list.NextTimeNs(clock), _list.NextTimeNs(clock), _list.NextTimeNs(clock)]);
    }

    [Fact]
    public void NextTimeNs_AfterAnActionFromTheFuture_IsLaterStill()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1000));
        _list.Apply(5_000_000_000_000, _log.Encrypt(ConsentAction.Deny(Bola), _random));

        Assert.Equal(5_000_001_000_000UL, _list.NextTimeNs(clock));

        _list.Apply(ulong.MaxValue, _log.Encrypt(ConsentAction.Deny(Bola), _random));
        Assert.Equal((ulong)long.MaxValue, _list.NextTimeNs(clock));
    }

    [Fact]
    public void Encrypt_OfUnknown_CannotBeWritten() => Assert.Throws<InvalidOperationException>(
        () => _log.Encrypt(new ConsentAction(ConsentState.Unknown, ConsentKind.Address, [Bola.ToString()]), _random));

    [Fact]
    public void Log_AfterDispose_IsNeverUsed()
    {
        using var log = new ConsentLog(_key);
        var message = log.Encrypt(ConsentAction.Allow(Bola), _random);
        log.Dispose();

        Assert.Throws<ObjectDisposedException>(() => log.Encrypt(ConsentAction.Allow(Bola), _random));
        Assert.Throws<ObjectDisposedException>(() => log.Decrypt(message));
    }

    private byte[] Digest(byte[] message) => EnvelopeDigest.Compute(_log.Topic.Value, message);

    private byte[] Encrypt(byte[] action)
    {
        Span<byte> privateKey = stackalloc byte[32];
        _key.CopyTo(privateKey);
        var secret = new byte[32];
        System.Security.Cryptography.HKDF.DeriveKey(
            System.Security.Cryptography.HashAlgorithmName.SHA256, privateKey, secret, "XMTP_PRIVATE_PREFERENCES_ENCRYPTION"u8, []);
        return new Proto.PrivatePreferencesPayload { V1 = AesGcmHkdf.Encrypt(TestKeys.Provider, secret, action, _key.PublicKey.Span, _random) }.ToByteArray();
    }
}
