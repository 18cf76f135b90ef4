using System.Security.Cryptography;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Tests.Storage;

namespace Xmtp.Node.Core.Tests.Keys;

public sealed class NodeIdTests
{
    [Fact]
    public void Id_OfAKey_IsTheHashOfItsBytes()
    {
        var key = TestKeys.Node(1).Public;
        Assert.Equal(new NodeId(new Hash256(SHA256.HashData(key.Bytes.Span))), key.Id);
    }

    [Fact]
    public void Parse_ItsText_IsTheSameId()
    {
        var id = TestKeys.Node(1).Id;
        Assert.Equal(id, NodeId.Parse(id.ToString()));
        Assert.Equal(id, NodeId.Parse(id.ToString().ToUpperInvariant()));
        Assert.Equal(64, id.ToString().Length);
        Assert.Equal(id.ToString()[..8], id.ToShortString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("gg00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000000")]
    public void TryParse_AnythingElse_IsFalse(string? text)
    {
        Assert.False(NodeId.TryParse(text, null, out var id));
        Assert.Equal(default, id);
        if (text is not null) Assert.Throws<FormatException>(() => NodeId.Parse(text));
    }

    [Fact]
    public void Compare_TwoIds_IsTheOrderOfTheirText()
    {
        var ids = Enumerable.Range(1, 20).Select(static i => TestKeys.Node((byte)i).Id).ToList();
        Assert.Equal(ids.OrderBy(static id => id.ToString(), StringComparer.Ordinal), ids.Order());
        var (least, most) = (ids.Min(), ids.Max());
        Assert.True(least < most && least <= most && most > least && most >= least && !(most < least));
    }
}
