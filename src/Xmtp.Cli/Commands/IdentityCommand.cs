using System.CommandLine;
using System.Security.Cryptography;
using Xmtp.Cli.Keys;
using Xmtp.Cli.Output;
using Xmtp.Client;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp identity create|import|show</c>.</summary>
internal static class IdentityCommand
{
    public static Command Create() => new("identity", "Make an identity, or show it.") { New(), Import(), Show() };

    private static Command New()
    {
        var command = new Command("create", "Make a wallet in an encrypted key file and its identity on the network.");
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var key = RandomNumberGenerator.GetBytes(32);
            return await SaveAsync(parsed, console, key, cancellationToken);
        });
        return command;
    }

    private static Command Import()
    {
        var command = new Command("import", "The same for an existing private key: 64 hex digits on standard input.");
        command.Run(async (parsed, console, cancellationToken) =>
        {
            if (!Console.IsInputRedirected) console.Progress("Private key (64 hex digits), then Enter:");
            var text = (await Console.In.ReadLineAsync(cancellationToken))?.Trim() ?? "";
            var key = new byte[32];
            var digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text;
            if (digits.Length != 64 || Convert.FromHexString(digits, key, out _, out _) != System.Buffers.OperationStatus.Done)
                return console.Failure(ErrorCatalogue.MalformedData, "Standard input does not hold a private key of 64 hex digits.");
            return await SaveAsync(parsed, console, key, cancellationToken);
        });
        return command;
    }

    private static Command Show()
    {
        var command = new Command("show", "Show the address in the key file, and whether peers can write to it.");
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var file = parsed.GetRequiredValue(GlobalOptions.KeyFile);
            var address = KeyFile.ReadAddress(file);
            await using var transport = Session.Connect(parsed);
            var contact = await ContactCommand.FindAsync(transport, address, cancellationToken);
            return Done(console, new IdentityOutput(address.ToString(), file.FullName, contact is not null));
        });
        return command;
    }

    private static async Task<int> SaveAsync(ParseResult parsed, CliConsole console, byte[] key, CancellationToken cancellationToken)
    {
        try
        {
            var file = parsed.GetRequiredValue(GlobalOptions.KeyFile);
            using var wallet = new PrivateKeyWallet(key);
            KeyFile.ThrowIfExists(file);
            KeyFile.Create(file, key, wallet, Passphrase.Choose(parsed.GetValue(GlobalOptions.PassphraseFile)));
            console.Progress($"Wrote {file.FullName}. Keep it and its passphrase: nobody can make it again.");

            // The file first: an identity whose wallet is lost could never be opened again.
            await using var client = await XmtpClient.CreateAsync(wallet, Session.OptionsOf(parsed), cancellationToken);
            return Done(console, new IdentityOutput(wallet.Address.ToString(), file.FullName, true));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static int Done(CliConsole console, IdentityOutput identity)
    {
        console.Result(identity, CliJson.Default.IdentityOutput, output => string.Join(Environment.NewLine,
            $"address     {console.Bold(output.Address)}",
            $"key file    {output.KeyFile}",
            $"on network  {(output.OnNetwork == true ? console.Green("yes") : "no")}"));
        return identity.OnNetwork == true ? ExitCode.Success : ExitCode.NotFound;
    }
}
