using Xmtp.Cryptography.WalletFiles;
using Xmtp.Identity;

namespace Xmtp.Cli.Tests.Commands;

public class IdentityCreateTests(Network network)
{
    [Fact]
    public async Task Create_NoKeyFile_WritesOneAndJoinsTheNetwork()
    {
        using var home = network.Home();
        var result = (await home.RunKeyedAsync("identity", "create")).Exited(0);
        var address = (string)result.Result["address"]!;
        Assert.Equal(home.KeyFile, (string?)result.Result["keyFile"]);
        Assert.True((bool)result.Result["onNetwork"]!);
        Assert.Contains(home.KeyFile, result.Error, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(home.KeyFile));

        var content = await File.ReadAllBytesAsync(home.KeyFile, TestContext.Current.CancellationToken);
        using var wallet = new PrivateKeyWallet(WalletFile.Decrypt(content, home.Passphrase));
        Assert.Equal(address, wallet.Address.ToString());
        await using var peer = await network.JoinAsync();
        Assert.True(await peer.CanMessageAsync(wallet.Address, TestContext.Current.CancellationToken));

        (await home.RunKeyedAsync("identity", "create")).Failed(6, "XMTP4010");
        Assert.Equal(content, await File.ReadAllBytesAsync(home.KeyFile, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Create_NodeDown_WritesNoKeyFile()
    {
        using var home = new CliHome(DeadNode.Address);
        Assert.Contains(DeadNode.Address.OriginalString, (await home.RunKeyedAsync("identity", "create")).Failed(5, "XMTP3001"), StringComparison.Ordinal);
        Assert.False(File.Exists(home.KeyFile));
    }

    [Fact]
    public async Task Create_NeitherTerminalNorPassphraseFile_WritesNoKeyFile()
    {
        using var home = network.Home();
        Assert.Contains("--passphrase-file", (await home.RunAsync("--json", "identity", "create")).Failed(6, "XMTP4010"), StringComparison.Ordinal);
        Assert.False(File.Exists(home.KeyFile));
    }

    [Fact]
    public async Task Create_FolderThatCannotBe_TellsWhatFailed()
    {
        using var home = network.Home();
        var message = (await home.RunKeyedAsync("identity", "create", "--key-file", Path.Combine(home.PassphraseFile, "wallet.json"))).Failed(6, "XMTP4010");
        Assert.Contains("cannot be written", message, StringComparison.Ordinal);
    }
}
