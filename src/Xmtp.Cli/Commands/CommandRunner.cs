using System.CommandLine;
using System.CommandLine.Invocation;
using Grpc.Core;
using Xmtp.Cli.Checks;
using Xmtp.Cli.Contexts;
using Xmtp.Cli.Inspection;
using Xmtp.Cli.Output;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Commands;

/// <summary>Runs a command's action and turns what it throws into one message and an exit code.</summary>
internal static class CommandRunner
{
    /// <summary>Gives a command its action.</summary>
    /// <param name="command">The command.</param>
    /// <param name="action">What it does.</param>
    /// <param name="failed">The exit code of every failure; null for the one of its kind.</param>
    public static void Run(this Command command, Func<ParseResult, CliConsole, CancellationToken, Task<int>> action, int? failed = null) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var console = GlobalOptions.ConsoleOf(parsed);
            try
            {
                return await action(parsed, console, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
            catch (PipeClosedException)
            {
                return ExitCode.PipeClosed;
            }
            catch (Exception failure)
            {
                // The edge of the process: whatever it is, it is told, and ends in an exit code.
                var code = Tell(parsed, console, failure);
                return failed ?? code;
            }
        });

    private static int Tell(ParseResult parsed, CliConsole console, Exception thrown)
    {
        switch (thrown)
        {
            case NodeException failure when failure.Code == ErrorCatalogue.Unavailable || failure.Code == ErrorCatalogue.DeadlineExceeded:
                // The system's own word for it, such as "Connection refused", says more than those of the layers above.
                var cause = failure.GetBaseException() is var origin and not (RpcException or NodeException or OperationCanceledException) ? origin.Message : failure.Message;
                return console.Failure(
                    failure.Code, $"{NodesOf(parsed)} cannot be reached: {cause}",
                    "Is it running? `xmtp node run` starts one here; --node names another.");
            case InspectException failure:
                return console.Failure(failure.Code, failure.Message, failure.Advice);
            case XmtpException failure:
                return console.Failure(failure.Code, failure.Message);
            default:
                // A defect is told like any other failure, with all that a report needs.
                console.Failure(ErrorCatalogue.Internal, thrown.ToString(), "This is a defect of the command; please report it with the text above.");
                return ExitCode.Failed;
        }
    }

    /// <summary>Does work that blocks, such as waiting for a line of input, so that Ctrl+C need not wait for it.</summary>
    public static Task<T> RunBlockingAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Run(work, cancellationToken).WaitAsync(cancellationToken);

    /// <summary>Says what is wrong with the command line. Nothing of it goes to standard output, which is for results.</summary>
    public static int RefuseUsage(ParseResult parsed, ParseErrorAction wrong)
    {
        var console = GlobalOptions.ConsoleOf(parsed);
        var code = NodeCheckCommand.IsCheck(parsed) ? (int)CheckStatus.Unknown : ExitCode.Usage;
        if (console.Json)
        {
            console.Failure(ErrorCatalogue.OptionsInvalid, string.Join(' ', parsed.Errors.Select(static error => error.Message)));
            return code;
        }

        var command = parsed.CommandResult.Command;
        wrong.ShowHelp = command.Subcommands.Count > 0;
        parsed.Invoke(new InvocationConfiguration { Output = Console.Error });
        if (!wrong.ShowHelp) Console.Error.WriteLine($"`{PathOf(parsed.CommandResult)} --help` tells what can be given.");
        return code;
    }

    private static string NodesOf(ParseResult parsed) => CliSettings.Of(parsed).Nodes is var nodes && nodes.Count == 1
        ? $"The node at {nodes[0].OriginalString}"
        : $"Each node of {string.Join(", ", nodes.Select(static node => node.OriginalString))}";

    private static string PathOf(System.CommandLine.Parsing.CommandResult result) =>
        result.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : result.Command.Name;
}
