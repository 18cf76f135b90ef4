using System.Security.Cryptography;
using Xmtp.Cryptography.WalletFiles;
using Xmtp.Identity;

namespace Xmtp.Cli.Tests;

/// <summary>A home directory for one test: key file, passphrase file, and the node that commands talk to.</summary>
internal sealed class CliHome : IDisposable
{
    private readonly string _passphrase = $"correct horse {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))} bättery";
    private readonly List<string> _secrets = [];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("xmtp-cli-test-");

    public CliHome(Uri? node = null)
    {
        Variables = new() { ["HOME"] = Path, ["TMPDIR"] = Path };
        if (node is not null) Variables["XMTP_NODE"] = node.OriginalString;
        _secrets.Add(_passphrase);
        File.WriteAllText(PassphraseFile, _passphrase + "\nthe second line does not count\n");
    }

    public string Path => _directory.FullName;

    /// <summary>Where the command looks unless told otherwise.</summary>
    public string KeyFile => System.IO.Path.Combine(Path, ".config", "xmtp", "wallet.json");

    public string PassphraseFile => System.IO.Path.Combine(Path, "passphrase");

    public string Passphrase => _passphrase;

    public Dictionary<string, string> Variables { get; }

    /// <summary>What no command may ever write.</summary>
    public IReadOnlyList<string> Secrets => _secrets;

    /// <summary>A key file whose opening costs next to nothing, of a wallet that is not on the network yet.</summary>
    public PrivateKeyWallet AddWallet()
    {
        var wallet = PrivateKeyWallet.Generate();
        var key = wallet.Export();
        AddSecret(Convert.ToHexStringLower(key));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(KeyFile)!);
        File.WriteAllBytes(KeyFile, WalletFile.Encrypt(key, wallet.Address, _passphrase, cost: 2));
        return wallet;
    }

    public void AddSecret(string secret) => _secrets.Add(secret);

    /// <summary>Runs a command to its end.</summary>
    public Task<XmtpResult> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    public async Task<XmtpResult> RunWithInputAsync(string input, params string[] arguments)
    {
        await using var process = await XmtpProcess.StartAsync(this, arguments, input);
        return await process.ExitAsync();
    }

    /// <summary>Runs a command that opens the key file, with JSON results.</summary>
    public Task<XmtpResult> RunKeyedAsync(params string[] arguments) => RunAsync(["--json", "--passphrase-file", PassphraseFile, .. arguments]);

    public Task<XmtpProcess> StartAsync(params string[] arguments) => XmtpProcess.StartAsync(this, arguments);

    public void Dispose() => _directory.Delete(recursive: true);
}
