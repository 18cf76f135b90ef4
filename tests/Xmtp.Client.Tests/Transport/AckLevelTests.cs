using Xmtp.Client.Transport;

namespace Xmtp.Client.Tests.Transport;

public sealed class AckLevelTests
{
    [Theory]
    [InlineData("local", 0)]
    [InlineData("peers:0", 0)]
    [InlineData("peers:1", 1)]
    [InlineData("peers:17", 17)]
    public void Parse_LevelOfTheWire_IsRead(string text, int peers) => Assert.Equal(peers, AckLevel.Parse(text).PeerCount);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Local")]
    [InlineData("peers")]
    [InlineData("peers:")]
    [InlineData("peers:-1")]
    [InlineData("peers: 1")]
    [InlineData("peers:99999999999")]
    public void TryParse_AnythingElse_IsNone(string? text) => Assert.False(AckLevel.TryParse(text, null, out _));

    [Fact]
    public void ToString_Level_IsAsOnTheWire() =>
        Assert.Equal(["local", "peers:2"], new[] { AckLevel.Local, AckLevel.Peers(2) }.Select(static level => level.ToString()));

    [Fact]
    public void Compare_Levels_OrdersBySafety()
    {
        Assert.True(AckLevel.Local < AckLevel.Peers(1) && AckLevel.Peers(2) > AckLevel.Peers(1));
        Assert.True(AckLevel.Peers(2) >= AckLevel.Peers(2) && AckLevel.Local <= default(AckLevel));
        Assert.Throws<ArgumentOutOfRangeException>(() => AckLevel.Peers(0));
    }
}
