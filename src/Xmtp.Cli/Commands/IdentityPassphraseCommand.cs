using System.CommandLine;
using Xmtp.Cli.Contexts;
using Xmtp.Cli.Keys;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp identity passphrase</c>: another passphrase for the key file.</summary>
internal static class IdentityPassphraseCommand
{
    public static Command Create()
    {
        var passphrase = NewPassphraseOption.Create("asked at the terminal");
        var command = new Command("passphrase", "Change the passphrase of the key file.") { passphrase };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var settings = CliSettings.Of(parsed);
            var address = await CommandRunner.RunBlockingAsync(
                () => KeyFile.ChangePassphrase(settings.KeyFile, Passphrase.Read(settings.PassphraseFile), () => Passphrase.Choose(parsed.GetValue(passphrase))), cancellationToken);
            console.Result(new IdentityExportOutput(address.ToString(), settings.KeyFile.FullName, null), CliJson.Default.IdentityExportOutput,
                output => $"{output.File} has a new passphrase. Copies of it keep the old one.");
            return ExitCode.Success;
        });
        return command;
    }
}
