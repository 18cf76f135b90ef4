using System.Text.Json.Nodes;

namespace Xmtp.Cli.Tests.Commands;

public class IdentityShowTests(Network network)
{
    [Fact]
    public async Task Show_BeforeAndAfterJoining_TellsWhetherPeersCanWrite()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();

        // No passphrase is needed to read an address.
        var before = (await home.RunAsync("--json", "identity", "show")).Exited(3).Result;
        Assert.Equal(wallet.Address.ToString(), (string?)before["address"]);
        Assert.False((bool)before["onNetwork"]!);

        await (await network.JoinAsync(wallet)).DisposeAsync();
        var after = (await home.RunAsync("identity", "show")).Exited(0);
        Assert.Equal($"address     {wallet.Address}\nkey file    {home.KeyFile}\non network  yes\n", after.Output);
        Assert.Empty(after.Error);
    }

    [Fact]
    public async Task Show_NoKeyFile_TellsHowToMakeOne()
    {
        using var home = network.Home();
        var message = (await home.RunAsync("--json", "identity", "show")).Failed(6, "XMTP4010");
        Assert.Contains(home.KeyFile, message, StringComparison.Ordinal);
        Assert.Contains("xmtp identity create", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"address\":")]
    public async Task Show_DamagedKeyFile_IsRefused(string content)
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await File.WriteAllTextAsync(home.KeyFile, content, TestContext.Current.CancellationToken);
        (await home.RunKeyedAsync("identity", "show")).Failed(6, "XMTP4010");
    }

    [Fact]
    public async Task Show_KeyFileWithoutAddress_OpensIt()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        var file = JsonNode.Parse(await File.ReadAllTextAsync(home.KeyFile, TestContext.Current.CancellationToken))!.AsObject();
        Assert.True(file.Remove("address"));
        await File.WriteAllTextAsync(home.KeyFile, file.ToJsonString(), TestContext.Current.CancellationToken);
        (await home.RunAsync("--json", "identity", "show")).Failed(6, "XMTP4010");
        var shown = (await home.RunKeyedAsync("identity", "show")).Exited(3).Result;
        Assert.Equal(wallet.Address.ToString(), (string?)shown["address"]);
    }
}
