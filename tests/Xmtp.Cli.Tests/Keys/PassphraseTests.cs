namespace Xmtp.Cli.Tests.Keys;

public class PassphraseTests(Network network)
{
    private const string Peer = "0x0000000000000000000000000000000000000001";

    [Fact]
    public async Task Open_NeitherTerminalNorPassphraseFile_IsRefused()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        Assert.Contains("--passphrase-file", (await home.RunAsync("--json", "read", Peer)).Failed(6, "XMTP4010"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong\n", "passphrase is wrong")]
    [InlineData("", "is empty")]
    [InlineData(null, "does not exist")]
    public async Task Open_PassphraseFileOfNoUse_IsRefused(string? content, string reason)
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        if (content is null) File.Delete(home.PassphraseFile);
        else await File.WriteAllTextAsync(home.PassphraseFile, content, TestContext.Current.CancellationToken);
        Assert.Contains(reason, (await home.RunKeyedAsync("read", Peer)).Failed(6, "XMTP4010"), StringComparison.Ordinal);
    }
}
