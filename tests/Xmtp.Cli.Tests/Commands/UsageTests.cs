namespace Xmtp.Cli.Tests.Commands;

public class UsageTests(Network network)
{
    private const string Address = "0x0000000000000000000000000000000000000001";

    [Theory]
    [InlineData("", "xmtp demo")]
    [InlineData("sned", "send")]
    [InlineData("identity", "create")]
    [InlineData("send", "xmtp send --help")]
    [InlineData("read " + Address + " --limit 0 --since yesterday", "--since: 'yesterday'")]
    [InlineData("stream --count -1", "--count")]
    [InlineData("contact " + Address + " --node ftp://localhost:5556", "http://localhost:5556")]
    [InlineData("contact " + Address + " --node localhost", "localhost:5556")]
    [InlineData("node run --bogus", "--bogus")]
    [InlineData("error XMTP9999", "XMTP9999")]
    public async Task CommandLine_Wrong_IsToldOnStandardError(string arguments, string told)
    {
        using var home = network.Home();
        var result = (await home.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Exited(2);
        Assert.Empty(result.Output);
        Assert.Contains(told, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "identity")]
    [InlineData("send --help", "--conversation-id")]
    [InlineData("node run --help", "--data-dir")]
    [InlineData("error xmtp4001", "XMTP4001  not on the network")]
    [InlineData("--version", "0.")]
    public async Task CommandLine_AskingForHelp_AnswersOnStandardOutput(string arguments, string told)
    {
        using var home = network.Home();
        var result = (await home.RunAsync(arguments.Split(' '))).Exited(0);
        Assert.Empty(result.Error);
        Assert.Contains(told, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NodeVariable_NoAddress_IsRefusedWhereItMatters()
    {
        using var home = new CliHome();
        home.Variables["XMTP_NODE"] = "unix:node";
        Assert.Contains("XMTP_NODE", (await home.RunAsync("--json", "contact", Address)).Failed(2, "XMTP3006"), StringComparison.Ordinal);
        (await home.RunAsync("--json", "--node", network.Node.OriginalString, "contact", Address)).Exited(3);
    }
}
