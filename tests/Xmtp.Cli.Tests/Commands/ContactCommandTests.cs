using System.Net;
using System.Net.Sockets;

namespace Xmtp.Cli.Tests.Commands;

public class ContactCommandTests(Network network)
{
    [Fact]
    public async Task Contact_Known_ShowsTheKeys()
    {
        using var home = network.Home();
        await using var peer = await network.JoinAsync();
        var contact = (await home.RunAsync("contact", peer.Address.ToString().ToLowerInvariant(), "--json")).Exited(0).Result;
        Assert.Equal(peer.Address.ToString(), (string?)contact["address"]);
        Assert.True((bool)contact["canMessage"]!);
        Assert.Equal("v2", (string?)contact["version"]);
        Assert.Matches("^04[0-9a-f]{128}$", (string)contact["identityKey"]!);
        Assert.Matches("^04[0-9a-f]{128}$", (string)contact["preKey"]!);
        Assert.NotEqual((string?)contact["identityKey"], (string?)contact["preKey"]);
    }

    [Fact]
    public async Task Contact_Unknown_SaysSo()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        var contact = (await home.RunAsync("--json", "contact", wallet.Address.ToString())).Exited(3).Result;
        Assert.False((bool)contact["canMessage"]!);
        Assert.Null(contact["identityKey"]);
    }

    [Theory]
    [InlineData("0xf39fd6e51aad88f6f4ce6ab8827279cfffb9226")]
    [InlineData("0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266")]
    [InlineData("amal.eth")]
    public async Task Contact_NoAddress_IsAUsageError(string address)
    {
        using var home = network.Home();
        Assert.Contains(address, (await home.RunAsync("--json", "contact", address)).Failed(2, "XMTP3006"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contact_SilentNode_GivesUp()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var home = new CliHome();
        var node = $"http://{listener.LocalEndpoint}";
        var message = (await home.RunAsync("--json", "--node", node, "contact", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")).Failed(5, "XMTP3004");
        Assert.Contains(node, message, StringComparison.Ordinal);
    }
}
