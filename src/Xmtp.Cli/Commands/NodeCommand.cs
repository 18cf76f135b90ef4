using System.Collections;
using System.CommandLine;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp node …</c>. <c>run</c> is the node program under the command's roof, with the same options and exit codes.</summary>
internal static class NodeCommand
{
    public static Command Create()
    {
        var run = new Command("run", "Run a node until it is told to stop. Exit codes: 0 stopped in order, 1 failed, 2 options wrong, 3 could not start.");
        var flags = new NodeCommandLine(run);
        run.SetAction((parsed, cancellationToken) =>
            NodeProgram.RunAsync(() => flags.Load(parsed, EnvironmentVariables()), Console.Error, cancellationToken));
        return new Command("node", "Run a node, or look at the network of one.") { run, NodePeersCommand.Create(), NodeCheckCommand.Create(), NodeInspectCommand.Create() };
    }

    /// <summary>Whether a command line runs a node.</summary>
    public static bool IsRun(ParseResult parsed) => parsed.CommandResult is { Command.Name: "run", Parent: System.CommandLine.Parsing.CommandResult { Command.Name: "node" } };

    private static Dictionary<string, string> EnvironmentVariables() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(static entry => (string)entry.Key, static entry => (string?)entry.Value ?? string.Empty);
}
