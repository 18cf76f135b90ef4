using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Xmtp.Client.Frames;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Tests.Frames;

public sealed class FrameActionsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_708_000_000_123);

    private static readonly FrameClick Click = new("https://example.com/frame", 2, "conversation")
    {
        InputText = "input",
        State = "state",
        Address = "0x0",
        TransactionId = "0x1",
    };

    [Fact]
    public async Task TryVerify_OfASignedClick_GivesAccountAndClick()
    {
        using var random = SeededRandom.Fresh();
        using var amal = await TestKeys.CreateAsync(random);

        Assert.True(FrameActions.TryVerify(FrameActions.Sign(amal, Click, Now), TestKeys.Provider, out var verified));

        Assert.Equal(new VerifiedFrameClick(amal.WalletAddress, Click, 1_708_000_000_123), verified);
    }

    [Fact]
    public async Task TryVerify_OfAnAlteredOrForeignClick_Fails()
    {
        using var random = SeededRandom.Fresh();
        using var amal = await TestKeys.CreateAsync(random);
        using var bola = await TestKeys.CreateAsync(random);
        var action = Proto.FrameAction.Parser.ParseFrom(Convert.FromBase64String(FrameActions.Sign(amal, Click, Now)));
        var altered = action.Clone();
        altered.ActionBody = new Proto.FrameActionBody { ButtonIndex = 3 }.ToByteString();
        var foreign = action.Clone();
        foreign.SignedPublicKeyBundle = bola.PublicBundle.ToProto();

        Assert.False(FrameActions.TryVerify(Convert.ToBase64String(altered.ToByteArray()), TestKeys.Provider, out _));
        Assert.False(FrameActions.TryVerify(Convert.ToBase64String(foreign.ToByteArray()), TestKeys.Provider, out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("/////w==")]
    public void TryVerify_OfGarbage_Fails(string? text) => Assert.False(FrameActions.TryVerify(text, TestKeys.Provider, out _));

    [Fact]
    public async Task ConversationIdentifier_OfTheSameParticipants_IsTheSameInAnyOrder()
    {
        using var random = SeededRandom.Fresh();
        using var amal = await TestKeys.CreateAsync(random);
        using var bola = await TestKeys.CreateAsync(random);
        var topic = Topic.DirectMessageV2("ABC");
        string[] addresses = [amal.WalletAddress.ToString().ToLowerInvariant(), bola.WalletAddress.ToString().ToLowerInvariant()];
        Array.Sort(addresses, StringComparer.Ordinal);

        var expected = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes("/xmtp/0/m-abc/proto" + addresses[0] + addresses[1])));

        Assert.Equal(expected, FrameActions.ConversationIdentifier(topic, amal.WalletAddress, bola.WalletAddress));
        Assert.Equal(expected, FrameActions.ConversationIdentifier(topic, bola.WalletAddress, amal.WalletAddress));
    }
}
