using Xmtp.Client.Messages;
using Xmtp.Client.Push;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Push;

public sealed class PushHmacTests
{
    private const long PeriodSeconds = 2_592_000;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(PeriodSeconds - 1, 0)]
    [InlineData(PeriodSeconds, 1)]
    [InlineData(-1, -1)]
    [InlineData(643 * PeriodSeconds, 643)]
    public void Period_OfATime_CountsThirtyDays(long seconds, long period) =>
        Assert.Equal(period, PushHmac.Period(DateTimeOffset.FromUnixTimeSeconds(seconds)));

    [Fact]
    public async Task Decide_ForTheSendersServer_SkipsTheirOwnMessages()
    {
        using var random = SeededRandom.Fresh();
        using var amal = await TestKeys.CreateAsync(random);
        using var bola = await TestKeys.CreateAsync(random);
        var keyMaterial = random.Bytes(ConversationKeys.KeyMaterialLength);
        var topic = Topic.DirectMessageV2("id");
        var now = DateTimeOffset.FromUnixTimeSeconds(643 * PeriodSeconds);
        var message = SealedMessageV2.Encode(amal, topic, keyMaterial, [1], 1, true, true, now, TestKeys.Provider, random);
        var silent = SealedMessageV2.Encode(amal, topic, keyMaterial, [1], 1, false, true, now, TestKeys.Provider, random);
        var old = SealedMessageV2.Encode(amal, topic, keyMaterial, [1], 1, true, withHmac: false, now, TestKeys.Provider, random);

        // Keys handed over up to a period before or after still serve.
        foreach (var days in new[] { -30, 0, 30 })
            Assert.Equal(PushDecision.SentByUser, PushFilter.Decide(message, PushHmac.Keys(keyMaterial, amal.WalletAddress, now.AddDays(days))));
        Assert.Equal(PushDecision.Notify, PushFilter.Decide(message, PushHmac.Keys(keyMaterial, amal.WalletAddress, now.AddDays(60))));
        Assert.Equal(PushDecision.Notify, PushFilter.Decide(message, PushHmac.Keys(keyMaterial, bola.WalletAddress, now)));
        Assert.Equal(PushDecision.NotWanted, PushFilter.Decide(silent, PushHmac.Keys(keyMaterial, bola.WalletAddress, now)));
        Assert.Equal(PushDecision.Notify, PushFilter.Decide(old, PushHmac.Keys(keyMaterial, amal.WalletAddress, now)));
        Assert.Equal(PushDecision.Malformed, PushFilter.Decide([0xff], []));
        Assert.Equal(PushDecision.Malformed, PushFilter.Decide([], []));
    }

    [Fact]
    public async Task Verify_OfAShortOrForeignMac_Fails()
    {
        using var random = SeededRandom.Fresh();
        using var amal = await TestKeys.CreateAsync(random);
        var key = PushHmac.Key(random.Bytes(32), amal.WalletAddress, 643);

        Assert.False(PushHmac.Verify(key, [1], []));
        Assert.False(PushHmac.Verify(key, [1], new byte[PushHmac.Length]));
    }
}
