using Xmtp.Cryptography.WalletFiles;
using Xmtp.Identity;

namespace Xmtp.Cli.Tests.Commands;

/// <summary>What can be done with key files without a network.</summary>
public class IdentityFileTests
{
    [Fact]
    public async Task List_SeveralKeyFiles_TellsWhoUsesThem()
    {
        using var home = new CliHome();
        using var wallet = home.AddWallet();
        var other = Path.Combine(Path.GetDirectoryName(home.KeyFile)!, "other.json");
        File.Copy(home.KeyFile, other);
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(home.KeyFile)!, "notes.json"), "{}", TestContext.Current.CancellationToken);
        (await home.RunAsync("context", "set", "b", "--key-file", other)).Exited(0);
        (await home.RunAsync("context", "set", "a")).Exited(0);

        var files = (await home.RunAsync("--json", "identity", "list")).Exited(0).Results;
        Assert.Equal([other, home.KeyFile], files.Select(static file => (string?)file["keyFile"]));
        Assert.All(files, file => Assert.Equal(wallet.Address.ToString(), (string?)file["address"]));
        Assert.Equal(["b", "a"], files.Select(static file => (string?)Assert.Single(file["contexts"]!.AsArray())));
        Assert.Equal([false, true], files.Select(static file => (bool)file["current"]!));
    }

    [Fact]
    public async Task List_NoKeyFile_IsEmpty()
    {
        using var home = new CliHome();
        var result = (await home.RunAsync("--json", "identity", "list")).Exited(0);
        Assert.Empty(result.Output);
        Assert.Contains("xmtp identity create", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_ToFile_WritesAnEncryptedCopyOnce()
    {
        using var home = new CliHome();
        using var wallet = home.AddWallet();
        var copy = Path.Combine(home.Path, "backup", "copy.json");
        var result = (await home.RunKeyedAsync("identity", "export", copy)).Exited(0).Result;
        Assert.Equal((wallet.Address.ToString(), copy, null), ((string?)result["address"], (string?)result["file"], (string?)result["privateKey"]));
        Assert.Equal(wallet.Export(), WalletFile.Decrypt(await File.ReadAllBytesAsync(copy, TestContext.Current.CancellationToken), home.Passphrase));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
        (await home.RunKeyedAsync("identity", "export", copy)).Failed(6, "XMTP4010");
    }

    [Fact]
    public async Task Export_WrongPassphrase_WritesNothing()
    {
        using var home = new CliHome();
        using var wallet = home.AddWallet();
        var wrong = Path.Combine(home.Path, "wrong");
        await File.WriteAllTextAsync(wrong, "not it", TestContext.Current.CancellationToken);
        var copy = Path.Combine(home.Path, "copy.json");
        (await home.RunAsync("--json", "--passphrase-file", wrong, "identity", "export", copy)).Failed(6, "XMTP4010");
        (await home.RunAsync("--json", "--passphrase-file", wrong, "identity", "export", "--reveal")).Failed(6, "XMTP4010");
        Assert.False(File.Exists(copy));
    }

    [Fact]
    public async Task Export_NeitherFileNorReveal_ShowsNothing()
    {
        using var home = new CliHome();
        using var wallet = home.AddWallet();
        (await home.RunKeyedAsync("identity", "export")).Failed(2, "XMTP3006");
        (await home.RunKeyedAsync("identity", "export", "copy.json", "--reveal")).Failed(2, "XMTP3006");
    }

    [Fact]
    public async Task Export_Reveal_WritesTheKeyThatImportTakes()
    {
        using var home = new CliHome();
        using var wallet = PrivateKeyWallet.Generate();
        Directory.CreateDirectory(Path.GetDirectoryName(home.KeyFile)!);
        await File.WriteAllBytesAsync(home.KeyFile, WalletFile.Encrypt(wallet.Export(), wallet.Address, home.Passphrase, cost: 2), TestContext.Current.CancellationToken);
        var revealed = (await home.RunAsync("--passphrase-file", home.PassphraseFile, "identity", "export", "--reveal")).Exited(0);
        Assert.Equal($"{Convert.ToHexStringLower(wallet.Export())}\n", revealed.Output);
        Assert.Empty(revealed.Error);
    }

    [Fact]
    public async Task Passphrase_New_OpensTheFileAndTheOldOneNoMore()
    {
        using var home = new CliHome();
        using var wallet = home.AddWallet();
        var next = Path.Combine(home.Path, "next");
        await File.WriteAllTextAsync(next, "another horse", TestContext.Current.CancellationToken);
        home.AddSecret("another horse");
        var result = (await home.RunKeyedAsync("identity", "passphrase", "--new-passphrase-file", next)).Exited(0).Result;
        Assert.Equal(home.KeyFile, (string?)result["file"]);
        Assert.Equal(wallet.Export(), WalletFile.Decrypt(await File.ReadAllBytesAsync(home.KeyFile, TestContext.Current.CancellationToken), "another horse"));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(home.KeyFile)!));
        (await home.RunKeyedAsync("identity", "passphrase", "--new-passphrase-file", next)).Failed(6, "XMTP4010");
    }

    [Fact]
    public async Task Passphrase_Empty_LeavesTheFile()
    {
        using var home = new CliHome();
        using var wallet = home.AddWallet();
        var before = await File.ReadAllBytesAsync(home.KeyFile, TestContext.Current.CancellationToken);
        var empty = Path.Combine(home.Path, "empty");
        await File.WriteAllTextAsync(empty, "\n", TestContext.Current.CancellationToken);
        (await home.RunKeyedAsync("identity", "passphrase", "--new-passphrase-file", empty)).Failed(6, "XMTP4010");
        Assert.Equal(before, await File.ReadAllBytesAsync(home.KeyFile, TestContext.Current.CancellationToken));
    }
}
