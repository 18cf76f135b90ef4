using Xmtp.Client.Nodes;

namespace Xmtp.Client.Tests.Nodes;

public sealed class NodeAddressesTests
{
    private static readonly Uri Remote = new("https://node.example");

    [Theory]
    [InlineData("https://a.example", true)]
    [InlineData("http://a.example:5556", true)]
    [InlineData("http://192.0.2.1:5556/", true)]
    [InlineData("https://[2001:db8::1]:5556", true)]
    [InlineData("", false)]
    [InlineData("a.example:5556", false)]
    [InlineData("//a.example", false)]
    [InlineData("ftp://a.example", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("https://user:secret@a.example", false)]
    [InlineData("https://a.example/path", false)]
    [InlineData("https://a.example?query", false)]
    [InlineData("https://a.example#part", false)]
    [InlineData("https://a.example:99999", false)]
    [InlineData("http://0.0.0.0:5556", false)]
    [InlineData("http://[::]:5556", false)]
    [InlineData("http://localhost:5556", false)]
    [InlineData("http://127.0.0.1:5556", false)]
    [InlineData("http://[::1]:5556", false)]
    public void Select_Address_IsJudged(string text, bool isGood) =>
        Assert.Equal(isGood ? [new Uri(text)] : [], NodeAddresses.Select([text], Remote, onlyTls: false));

    [Fact]
    public void Select_TooLong_IsLeftOut() => Assert.Empty(NodeAddresses.Select([$"https://{new string('a', 300)}.example"], Remote, onlyTls: false));

    [Fact]
    public void Select_OnlyTls_LeavesPlaintextOut() =>
        Assert.Equal([new Uri("https://b.example")], NodeAddresses.Select(["http://a.example", "https://b.example"], Remote, onlyTls: true));

    [Fact]
    public void Select_TellerOnThisMachine_MayNameOthersThere() =>
        Assert.Equal([new Uri("http://127.0.0.1:7")], NodeAddresses.Select(["http://127.0.0.1:7"], new Uri("http://localhost:5556"), onlyTls: false));

    [Fact]
    public void Select_RepeatsAndFarTooMany_KeepsABoundedNumberOnce()
    {
        Assert.Single(NodeAddresses.Select(["https://a.example", "https://A.example/"], Remote, onlyTls: true));
        Assert.Equal(NodePool.LearntMax, NodeAddresses.Select(Enumerable.Range(0, 500).Select(static i => $"https://x{i}.example"), Remote, onlyTls: true).Count);
    }
}
