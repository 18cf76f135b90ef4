using Xmtp.Client.Consent;

namespace Xmtp.Cli.Tests.Commands;

public class ConsentCommandTests(Network network)
{
    private const string First = "0x52908400098527886E0F7030069857D2E4169EE7";
    private const string Second = "0x8617E340B3D01FA5F11F306F4090FD50E238070D";

    [Fact]
    public async Task Consent_Decisions_ReachEveryDeviceAndTheLastCounts()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        Assert.Empty((await home.RunKeyedAsync("consent", "list")).Exited(0).Results);
        var decided = (await home.RunKeyedAsync("consent", "allow", First.ToLowerInvariant(), Second)).Exited(0).Results;
        Assert.Equal([("address", First, "allowed"), ("address", Second, "allowed")], decided.Select(Of));
        Assert.Equal([("address", Second, "denied")], (await home.RunKeyedAsync("consent", "deny", Second)).Exited(0).Results.Select(Of));
        Assert.Equal([("address", First, "allowed"), ("address", Second, "denied")], (await home.RunKeyedAsync("consent", "list")).Exited(0).Results.Select(Of));

        await using var device = await network.JoinAsync(wallet);
        await device.Consent.RefreshAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(ConsentState.Denied, device.Consent.StateOf(Xmtp.Cryptography.EthereumAddress.Parse(Second)));
        Assert.Equal($"denied   {Second}\n", (await home.RunAsync("--passphrase-file", home.PassphraseFile, "consent", "deny", Second)).Exited(0).Output);
    }

    [Fact]
    public async Task Watch_DecisionOfAnotherDevice_IsShown()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var watch = await home.StartAsync("--json", "--passphrase-file", home.PassphraseFile, "consent", "watch", "--count", "2");
        await watch.Error.LineAsync("Watching");
        (await home.RunKeyedAsync("consent", "allow", First)).Exited(0);
        Assert.Contains(First, await watch.Output.LineAsync(), StringComparison.Ordinal);
        (await home.RunKeyedAsync("consent", "deny", First)).Exited(0);
        Assert.Equal(["allowed", "denied"], (await watch.ExitAsync()).Exited(0).Results.Select(static decision => (string?)decision["state"]));
    }

    [Theory]
    [InlineData("allow")]
    [InlineData("deny", "nobody")]
    [InlineData("allow", First, "0x1")]
    public async Task Consent_NoAddress_IsRefused(params string[] arguments)
    {
        using var home = network.Home();
        (await home.RunKeyedAsync(["consent", .. arguments])).Failed(2, "XMTP3006");
    }

    [Fact]
    public async Task Consent_NodeDown_Fails()
    {
        using var home = new CliHome(DeadNode.Address);
        using var wallet = home.AddWallet();
        (await home.RunKeyedAsync("consent", "allow", First)).Failed(5, "XMTP3001");
    }

    private static (string?, string?, string?) Of(System.Text.Json.Nodes.JsonObject decision) =>
        ((string?)decision["kind"], (string?)decision["value"], (string?)decision["state"]);
}
