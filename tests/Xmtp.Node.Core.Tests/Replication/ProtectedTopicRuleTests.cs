using Microsoft.Extensions.Time.Testing;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Node.Core.Access;
using Xmtp.Node.Core.Replication;
using Xmtp.Protocol;

namespace Xmtp.Node.Core.Tests.Replication;

public sealed class ProtectedTopicRuleTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly WalletLists _lists = new();
    private PrivateKeyWallet _wallet = null!;
    private PrivateKeyBundle _keys = null!;

    public async ValueTask InitializeAsync()
    {
        _wallet = PrivateKeyWallet.Generate();
        _keys = await PrivateKeyBundle.CreateAsync(_wallet, _time, CryptoProvider.Default, null, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _keys.Dispose();
        _wallet.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void MayShow_TokenOfTheOwner_IsShown()
    {
        Assert.True(Rule().MayShow(Contact(), Token(), AcceptedNs()));
        Assert.True(Rule().MayShow($"/xmtp/0/privatestore-{_wallet.Address}/key_bundle/proto", Token(), AcceptedNs()));
        // Once more, from the cache.
        var rule = Rule();
        for (var i = 0; i < 3; i++) Assert.True(rule.MayShow(Contact(), Token(), AcceptedNs()));
    }

    [Fact]
    public void MayShow_TokenOfSomebodyElse_IsHiddenUnlessPrivileged()
    {
        var topic = "/xmtp/0/contact-0xFE00fbc40fdFe9db3a5Ac5E04Ba6Ce4ab48Bc49F/proto";
        Assert.False(Rule().MayShow(topic, Token(), AcceptedNs()));
        _lists.SetPrivileged([_wallet.Address]);
        Assert.True(Rule().MayShow(topic, Token(), AcceptedNs()));
    }

    [Fact]
    public void MayShow_NoTokenOrADamagedOne_IsHidden()
    {
        Assert.False(Rule().MayShow(Contact(), [], AcceptedNs()));
        Assert.False(Rule().MayShow(Contact(), [1, 2, 3], AcceptedNs()));
        Assert.False(Rule().MayShow(Contact(), new byte[Limits.TokenLengthMaxChars], AcceptedNs()));
        // Any byte before the last signature counts; a recovery bit of that may say the same in another way.
        var token = Token();
        for (var i = 0; i < token.Length - 8; i += 7)
        {
            var damaged = token.ToArray();
            damaged[i] ^= 1;
            Assert.False(Rule().MayShow(Contact(), damaged, AcceptedNs()), $"byte {i}");
        }
    }

    [Fact]
    public void MayShow_TokenTooOldWhenItWasAccepted_IsHiddenWhateverTheClockSays()
    {
        var age = Limits.TokenAgeMax;
        Assert.True(Rule().MayShow(Contact(), Token(), AcceptedNs(age - TimeSpan.FromSeconds(1))));
        Assert.False(Rule().MayShow(Contact(), Token(), AcceptedNs(age + TimeSpan.FromSeconds(1))));
        var token = Token();
        _time.Advance(TimeSpan.FromDays(1000));
        Assert.True(Rule().MayShow(Contact(), token, AcceptedNs(-TimeSpan.FromDays(1000))));
        Assert.False(Rule().MayShow(Contact(), token, AcceptedNs()));
    }

    [Fact]
    public void MayShow_TopicWithoutAnOwnerOrNodeThatAsksForNoTokens_IsShown()
    {
        Assert.True(Rule().MayShow("/xmtp/0/m-x/proto", [], AcceptedNs()));
        Assert.True(Rule().MayShow("", [], AcceptedNs()));
        Assert.True(new ProtectedTopicRule(verifier: null, _lists).MayShow(Contact(), [], AcceptedNs()));
    }

    private string Contact() => $"/xmtp/0/contact-{_wallet.Address}/proto";

    private byte[] Token() => PublishTokenVerifier.Extract(PublishToken.CreateHeader(_keys, _time.GetUtcNow()));

    private long AcceptedNs(TimeSpan later = default) => (_time.GetUtcNow() + later - DateTimeOffset.UnixEpoch).Ticks * 100;

    private ProtectedTopicRule Rule() => new(new PublishTokenVerifier(CryptoProvider.Default, _time), _lists);
}
