using System.CommandLine;
using Xmtp.Cli.Output;
using Xmtp.Client.Consent;
using Xmtp.Client.Streams;
using Xmtp.Cryptography;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp consent list|allow|deny|watch</c>. The protocol has no way to take a decision back, only to make another.</summary>
internal static class ConsentCommand
{
    public static Command Create() => new("consent", "Decide whom to hear from.")
    {
        All(),
        Decide("allow", "Allow accounts.", static (consent, accounts, token) => consent.AllowAsync(accounts, token)),
        Decide("deny", "Deny accounts.", static (consent, accounts, token) => consent.DenyAsync(accounts, token)),
        Watch(),
    };

    private static Command All()
    {
        var command = new Command("list", "List the decisions.");
        command.Run(async (parsed, console, cancellationToken) =>
        {
            await using var client = await Session.OpenAsync(parsed, cancellationToken);
            await client.Consent.RefreshAsync(cancellationToken: cancellationToken);
            foreach (var (entry, state) in client.Consent.Entries.OrderBy(static pair => pair.Key.Kind).ThenBy(static pair => pair.Key.Value, StringComparer.Ordinal)) Tell(console, entry, state);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Decide(string name, string description, Func<ConsentPreferences, IEnumerable<EthereumAddress>, CancellationToken, Task> decide)
    {
        var accounts = AddressArgument.Several("Accounts it is about.");
        var command = new Command(name, description) { accounts };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            await using var client = await Session.OpenAsync(parsed, cancellationToken);
            var wanted = parsed.GetRequiredValue(accounts).Distinct().ToArray();
            await decide(client.Consent, wanted, cancellationToken);
            foreach (var account in wanted) Tell(console, new ConsentEntry(account), client.Consent.StateOf(account));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Watch()
    {
        var count = NumberOption.Create("--count", "End after this many decisions.");
        var command = new Command("watch", "Show decisions as this account's devices make them, until interrupted.") { count };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            await using var client = await Session.OpenAsync(parsed, cancellationToken);
            await using var stream = await client.Consent.StreamAsync(cancellationToken);
            stream.ConnectionChanged += (_, change) =>
            {
                if (change.State != ConnectionState.Closed && !cancellationToken.IsCancellationRequested) console.Progress($"connection: {change.State.ToString().ToLowerInvariant()}");
            };
            console.Progress($"Watching as {client.Address}.");
            var left = parsed.GetValue(count);
            await foreach (var update in stream.WithCancellation(cancellationToken))
            {
                foreach (var (entry, state) in update.Changed)
                {
                    Tell(console, entry, state);
                    if (--left == 0) return ExitCode.Success;
                }
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static void Tell(CliConsole console, ConsentEntry entry, ConsentState state) => console.Result(
        new ConsentOutput(entry.Kind.ToString().ToLowerInvariant(), entry.Value, state.ToString().ToLowerInvariant()), CliJson.Default.ConsentOutput,
        output => $"{(output.State == "allowed" ? console.Green("allowed") : output.State == "denied" ? console.Red("denied ") : "unknown")}  {CliConsole.Printable(output.Value)}{(output.Kind == "address" ? "" : $" ({output.Kind})")}");
}
