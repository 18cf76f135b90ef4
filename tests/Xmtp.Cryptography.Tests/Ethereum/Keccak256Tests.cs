using System.Text;
using Xmtp.TestSupport;

namespace Xmtp.Cryptography.Tests.Ethereum;

public sealed class Keccak256Tests
{
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("The quick brown fox jumps over the lazy dog", "4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15")]
    public void Hash_KnownText_GivesKnownHash(string text, string expected) =>
        Assert.Equal(expected, Vectors.Hex(Keccak256.Hash(Encoding.UTF8.GetBytes(text))));

    /// <summary>Around the 136-byte blocks, where padding goes wrong; the input counts 0 … 250 again and again.</summary>
    [Theory]
    [InlineData(135, "cbdfd9dee5faad3818d6b06f95a219fd290b0e1706f6a82e5a595b9ce9faca62")]
    [InlineData(136, "7ce759f1ab7f9ce437719970c26b0a66ff11fe3e38e17df89cf5d29c7d7f807e")]
    [InlineData(137, "ac73d4fae68b8453f764007c1a20ce95994187861f0c3227a3a8e99a73a3b1db")]
    [InlineData(271, "27eceb59ebc3dc8a04a5b135be641591a7278540e4556a2ba9f408194e666ec3")]
    [InlineData(272, "8e2476e65823b24d96ebe239f2c1534cdf763e689e2410c3b1cb0c74e6177bfc")]
    [InlineData(1000, "af692982e84a5a9688359025660a7857cd28ee7c8d867cfa1677baf2e6d1f63b")]
    public void Hash_LengthAroundABlock_GivesKnownHash(int length, string expected)
    {
        var data = Enumerable.Range(0, length).Select(static i => (byte)(i % 251)).ToArray();
        Assert.Equal(expected, Vectors.Hex(Keccak256.Hash(data)));
    }

    [Fact]
    public void Hash_IntoItsOwnInput_IsRight()
    {
        var data = "The quick brown fox jumps over the lazy dog"u8.ToArray();
        Keccak256.Hash(data, data);
        Assert.Equal("4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15", Vectors.Hex(data.AsSpan(0, 32)));
    }

    [Fact]
    public void Hash_DestinationTooShort_IsRefusedAndLeavesNoTrace()
    {
        Assert.Throws<ArgumentException>(() => Keccak256.Hash("x"u8, new byte[31]));
        Assert.Equal("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470", Vectors.Hex(Keccak256.Hash([])));
    }
}
