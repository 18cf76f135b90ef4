using System.CommandLine;
using System.Security.Cryptography;
using Xmtp.Cli.Contexts;
using Xmtp.Cli.Keys;
using Xmtp.Cli.Output;
using Xmtp.Client;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp identity create|import|show|list|export|passphrase</c>.</summary>
internal static class IdentityCommand
{
    public static Command Create() => new("identity", "Make an identity, show it, or take care of its key file.")
    {
        New(), Import(), Show(), IdentityListCommand.Create(), IdentityExportCommand.Create(), IdentityPassphraseCommand.Create(),
    };

    private static Command New()
    {
        var command = new Command("create", "Make a wallet in an encrypted key file and its identity on the network.");
        command.Run((parsed, console, cancellationToken) => SaveAsync(parsed, console, PrivateKeyWallet.Generate(), cancellationToken));
        return command;
    }

    private static Command Import()
    {
        var command = new Command("import", "The same for an existing private key: 64 hex digits on standard input.");
        command.Run(async (parsed, console, cancellationToken) =>
        {
            KeyFile.ThrowIfExists(CliSettings.Of(parsed).KeyFile);
            return await CommandRunner.RunBlockingAsync(PrivateKeyInput.Read, cancellationToken) is { } wallet
                ? await SaveAsync(parsed, console, wallet, cancellationToken)
                : console.Failure(
                    ErrorCatalogue.MalformedData, "Standard input does not hold a private key.", "Give 64 hex digits, with or without 0x; nothing was written.");
        });
        return command;
    }

    private static Command Show()
    {
        var command = new Command("show", "Show the address in the key file, and whether peers can write to it.");
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var settings = CliSettings.Of(parsed);
            var file = settings.KeyFile;
            var address = await CommandRunner.RunBlockingAsync(() => KeyFile.ReadAddress(file, settings.PassphraseFile), cancellationToken);
            var contact = await Session.AskAsync(parsed, (node, token) => ContactCommand.FindAsync(node, address, token), cancellationToken);
            if (contact is null) console.Progress("This network does not know it yet; the first command that opens it, such as `xmtp stream`, makes its identity.");
            return Done(console, new IdentityOutput(address.ToString(), file.FullName, contact is not null));
        });
        return command;
    }

    private static async Task<int> SaveAsync(ParseResult parsed, CliConsole console, PrivateKeyWallet wallet, CancellationToken cancellationToken)
    {
        using var disposed = wallet;
        var key = wallet.Export();
        try
        {
            var settings = CliSettings.Of(parsed);
            var file = settings.KeyFile;
            KeyFile.ThrowIfExists(file);

            // Without a node there would be a key file and no identity, so one is looked for before anything is written.
            await Session.AskAsync(parsed, (node, token) => ContactCommand.FindAsync(node, wallet.Address, token), cancellationToken);
            await CommandRunner.RunBlockingAsync(
                () =>
                {
                    KeyFile.Create(file, key, wallet, Passphrase.Choose(settings.PassphraseFile));
                    return true;
                },
                cancellationToken);
            console.Progress($"Wrote {file.FullName}. Keep it and its passphrase: nobody can make it again.");

            // The file first: an identity whose wallet is lost could never be opened again.
            return await JoinAsync(parsed, console, file, wallet, cancellationToken);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static async Task<int> JoinAsync(ParseResult parsed, CliConsole console, FileInfo file, PrivateKeyWallet wallet, CancellationToken cancellationToken)
    {
        try
        {
            await using var client = await XmtpClient.CreateAsync(wallet, Session.OptionsOf(parsed), cancellationToken);
            return Done(console, new IdentityOutput(wallet.Address.ToString(), file.FullName, true));
        }
        catch
        {
            console.Progress("The key file is complete; the first command that opens it, such as `xmtp stream`, makes its identity.");
            throw;
        }
    }

    private static int Done(CliConsole console, IdentityOutput identity)
    {
        console.Result(identity, CliJson.Default.IdentityOutput, output => string.Join(Environment.NewLine,
            $"address     {console.Bold(output.Address)}",
            $"key file    {output.KeyFile}",
            $"on network  {(output.OnNetwork ? console.Green("yes") : "no")}"));
        return identity.OnNetwork ? ExitCode.Success : ExitCode.NotFound;
    }
}
