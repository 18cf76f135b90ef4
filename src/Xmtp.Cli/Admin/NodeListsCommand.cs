using System.CommandLine;
using System.Globalization;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Output;
using Xmtp.Node.Admin;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Admin;

/// <summary><c>xmtp node lists</c>.</summary>
internal static class NodeListsCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("name") { Description = "allow-list, deny-list, network-allow-list or network-deny-list. All of them without it.", Arity = ArgumentArity.ZeroOrOne };
        var add = Entries("--add", "An address or node id to put on it; may be repeated.");
        var remove = Entries("--remove", "One to take off it; may be repeated.");
        var command = new Command("lists", "Show or change the lists of wallets and nodes. A change is in force at once, and kept.") { name, add, remove };
        AdminOptions.AddTo(command);
        command.Run(async (parsed, console, cancellationToken) =>
        {
            using var client = AdminOptions.Connect(parsed);
            var (list, change) = (parsed.GetValue(name), new ListChange(parsed.GetValue(add), parsed.GetValue(remove)));
            if (change.Add is { Count: > 0 } || change.Remove is { Count: > 0 })
            {
                if (list is null) throw new XmtpException(ErrorCatalogue.OptionsInvalid, "--add and --remove: name the list.");
                AdminVerb.Show(console, await client.ChangeAsync(HttpMethod.Post, PathOf(list), change, AdminJson.Default.ListChange, AdminJson.Default.ListChanged, cancellationToken), AdminJson.Default.ListChanged, static answer => Changed(answer));
            }
            else if (list is null)
            {
                AdminVerb.Show(console, await client.GetAsync("/v1/lists", AdminJson.Default.ListsAnswer, cancellationToken), AdminJson.Default.ListsAnswer, static answer => Table(answer));
            }
            else
            {
                AdminVerb.Show(console, await client.GetAsync(PathOf(list), AdminJson.Default.ListAnswer, cancellationToken), AdminJson.Default.ListAnswer, static answer => string.Join(Environment.NewLine, answer.Entries));
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static string PathOf(string list) => $"/v1/lists/{Uri.EscapeDataString(list)}";

    private static string Changed(ListChanged answer) => string.Create(
        CultureInfo.InvariantCulture, $"{answer.Added.Count} added, {answer.Removed.Count} removed; {answer.Name} has {answer.Count} now");

    private static string Table(ListsAnswer answer) => TextTable.Of(
        ["LIST", "ENTRIES", "FILE"],
        [.. answer.Lists.Select(static list => new[] { list.Name, list.Count.ToString(CultureInfo.InvariantCulture), list.File ?? "none: cannot be changed" })],
        static (_, _, cell) => cell);

    private static Option<string[]> Entries(string name, string description) => new(name) { Description = description, HelpName = "entry", AllowMultipleArgumentsPerToken = false };
}
