using System.CommandLine;
using Xmtp.Cli.Contexts;
using Xmtp.Cli.Keys;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp identity list</c>: key files, without asking for a passphrase or a node.</summary>
internal static class IdentityListCommand
{
    public static Command Create()
    {
        var command = new Command("list", "List the key files of the contexts and of the configuration directory.");
        command.Run((parsed, console, _) =>
        {
            var contexts = ContextFile.Read().Contexts;
            var current = CliSettings.Of(parsed).KeyFile.FullName;
            HashSet<string> named = [current, .. contexts.Values.Select(static context => context.KeyFile ?? CliSettings.DefaultKeyFile.FullName)];
            var files = named
                .Concat(Directory.Exists(CliFolders.Config) ? Directory.EnumerateFiles(CliFolders.Config, "*.json").Where(static file => file != ContextFile.Location) : [])
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal);
            var isAny = false;
            foreach (var path in files)
            {
                // Other files may lie in that directory; one that nothing names counts when it says whose key it holds.
                if (!KeyFile.TryReadAddress(new FileInfo(path), out var address) || (address is null && !named.Contains(path))) continue;
                isAny = true;
                var users = contexts.Where(context => (context.Value.KeyFile ?? CliSettings.DefaultKeyFile.FullName) == path).Select(static context => context.Key).Order(StringComparer.Ordinal);
                Tell(console, new IdentityFileOutput(address?.ToString(), path, [.. users], path == current));
            }

            if (!isAny) console.Progress("There is no key file; `xmtp identity create` makes one.");
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static void Tell(CliConsole console, IdentityFileOutput file) => console.Result(file, CliJson.Default.IdentityFileOutput, output =>
        $"{console.Bold(output.Address ?? "address unknown")}  {output.KeyFile}{(output.Contexts.Count > 0 ? $"  ({string.Join(", ", output.Contexts)})" : "")}{(output.Current ? console.Green("  current") : "")}");
}
