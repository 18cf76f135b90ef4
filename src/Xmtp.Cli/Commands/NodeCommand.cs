using System.Collections;
using System.CommandLine;
using Xmtp.Cli.Admin;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp node …</c>. <c>run</c> is the node program under the command's roof, with the same options and exit codes.</summary>
internal static class NodeCommand
{
    /// <summary>Hidden, for whoever starts a node as a part of something else: it stops when its standard input ends, and so with its parent.</summary>
    public const string StopWithInput = "--stop-with-input";

    private const string RunDescription = "Run a node until it is told to stop. Exit codes: 0 stopped in order, 1 failed, 2 options wrong, 3 could not start.";

    /// <summary>Makes it.</summary>
    /// <param name="withOptions">Whether <c>run</c> has the options of a node. They load the node's assemblies, which no other verb needs.</param>
    public static Command Create(bool withOptions = true) =>
        new("node", "Run a node, look at the network of one, or change one while it runs.")
        {
            withOptions ? CreateRun() : new Command("run", RunDescription), NodePeersCommand.Create(), NodeCheckCommand.Create(), NodeInspectCommand.Create(),
            NodeAdminCommands.Status(), NodeAdminCommands.Drain(), NodeAdminCommands.Resume(), NodeAdminCommands.Compact(), NodeAdminCommands.Retention(), NodeAdminCommands.Expire(),
            NodeAdminCommands.Limits(), NodeListsCommand.Create(), NodeAdminCommands.LogLevel(), NodeBackupCommands.Backup(), NodeBackupCommands.Restore(),
            NodeTransferCommands.Export(), NodeTransferCommands.Import(),
        };

    /// <summary>Whether a command line runs a node.</summary>
    public static bool IsRun(ParseResult parsed) => parsed.CommandResult is { Command.Name: "run", Parent: System.CommandLine.Parsing.CommandResult { Command.Name: "node" } };

    private static Command CreateRun()
    {
        var run = new Command("run", RunDescription);
        var flags = new NodeCommandLine(run);
        var stopWithInput = new Option<bool>(StopWithInput) { Hidden = true };
        run.Options.Add(stopWithInput);
        run.SetAction(async (parsed, cancellationToken) =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (parsed.GetValue(stopWithInput)) _ = Task.Run(() => CancelAtEndOfInput(stop), CancellationToken.None);
            return await NodeProgram.RunAsync(() => flags.Load(parsed, EnvironmentVariables()), Console.Error, stop.Token);
        });
        return run;
    }

    private static void CancelAtEndOfInput(CancellationTokenSource stop)
    {
        while (Console.In.Read() >= 0)
        {
        }

        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It stopped for another reason meanwhile.
        }
    }

    private static Dictionary<string, string> EnvironmentVariables() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(static entry => (string)entry.Key, static entry => (string?)entry.Value ?? string.Empty);
}
