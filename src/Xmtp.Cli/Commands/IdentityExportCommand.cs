using System.CommandLine;
using System.Security.Cryptography;
using Xmtp.Cli.Contexts;
using Xmtp.Cli.Keys;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp identity export [FILE]</c>: an encrypted copy, or the key itself when that is said twice.</summary>
internal static class IdentityExportCommand
{
    public static Command Create()
    {
        var to = new Argument<FileInfo?>("file") { Description = "The encrypted copy to write; must not exist.", Arity = ArgumentArity.ZeroOrOne };
        var passphrase = NewPassphraseOption.Create("the same passphrase");
        var reveal = new Option<bool>("--reveal") { Description = "Write the unencrypted private key to standard output. Whoever sees it is this account." };
        var command = new Command("export", "Copy the key file, encrypted, or reveal the key.") { to, passphrase, reveal };
        command.Validators.Add(result =>
        {
            if (result.GetValue(to) is null == result.GetValue(reveal)) return;
            result.AddError("Give either the file to write an encrypted copy to, or --reveal for the key itself.");
        });
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var settings = CliSettings.Of(parsed);
            var copy = parsed.GetValue(to);
            if (copy is not null) KeyFile.ThrowIfExists(copy, "Name another file.");
            var output = await CommandRunner.RunBlockingAsync(() => Export(settings, copy, parsed.GetValue(passphrase)), cancellationToken);
            console.Result(output, CliJson.Default.IdentityExportOutput, result => result.PrivateKey ?? $"{console.Bold(result.Address)} copied to {result.File}");
            return ExitCode.Success;
        });
        return command;
    }

    private static IdentityExportOutput Export(CliSettings settings, FileInfo? copy, FileInfo? newPassphrase)
    {
        var passphrase = Passphrase.Read(settings.PassphraseFile);

        // A copy that nobody can open is found out now, not when it is needed.
        using var wallet = KeyFile.Open(settings.KeyFile, passphrase);
        var key = wallet.Export();
        try
        {
            if (copy is null) return new IdentityExportOutput(wallet.Address.ToString(), null, Convert.ToHexStringLower(key));
            KeyFile.Create(copy, key, wallet, newPassphrase is null ? passphrase : Passphrase.Choose(newPassphrase));
            return new IdentityExportOutput(wallet.Address.ToString(), copy.FullName, null);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
