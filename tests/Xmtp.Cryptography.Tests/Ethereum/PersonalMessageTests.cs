using System.Text;
using Xmtp.TestSupport;

namespace Xmtp.Cryptography.Tests.Ethereum;

public sealed class PersonalMessageTests
{
    [Theory]
    [InlineData("hello world", "d9eba16ed0ecae432b71fe008c98cc872bb4cc214d3220a36f365326cf807d68")]
    [InlineData("Hello World", "a1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2")]
    [InlineData("", "5f35dce98ba4fba25530a026ed80b2cecdaa31091ba4958b99b52ea1d068adad")]
    public void Digest_KnownText_GivesKnownDigest(string text, string expected) => Assert.Equal(expected, Vectors.Hex(PersonalMessage.Digest(text)));

    [Theory, InlineData("a"), InlineData("Ünïcödé 🎉"), InlineData("line\nline")]
    public void Digest_AnyText_CountsUtf8Bytes(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        byte[] whole = [0x19, .. Encoding.ASCII.GetBytes($"Ethereum Signed Message:\n{bytes.Length}"), .. bytes];
        Assert.Equal(Keccak256.Hash(whole), PersonalMessage.Digest(text));
        Assert.Equal(Keccak256.Hash(whole), PersonalMessage.Digest(bytes));
    }

    [Fact]
    public void Digest_LargeMessage_IsRight()
    {
        var bytes = new byte[1_000_000];
        byte[] whole = [0x19, .. Encoding.ASCII.GetBytes("Ethereum Signed Message:\n1000000"), .. bytes];
        Assert.Equal(Keccak256.Hash(whole), PersonalMessage.Digest(bytes));
    }
}
