using System.CommandLine;
using System.CommandLine.Invocation;
using Grpc.Core;
using Xmtp.Cli.Output;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Commands;

/// <summary>Runs a command's action and turns what it throws into one message and an exit code.</summary>
internal static class CommandRunner
{
    public static void Run(this Command command, Func<ParseResult, CliConsole, CancellationToken, Task<int>> action) =>
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
            catch (NodeException failure) when (failure.Code == ErrorCatalogue.Unavailable || failure.Code == ErrorCatalogue.DeadlineExceeded)
            {
                // The system's own word for it, such as "Connection refused", says more than those of the layers above.
                var cause = failure.GetBaseException() is var origin and not (RpcException or NodeException) ? origin.Message : failure.Message;
                return console.Failure(
                    failure.Code, $"The node at {GlobalOptions.NodeOf(parsed).OriginalString} cannot be reached: {cause}",
                    "Is it running? `xmtp node run` starts one here; --node names another.");
            }
            catch (XmtpException failure)
            {
                return console.Failure(failure.Code, failure.Message);
            }
            catch (Exception defect)
            {
                // The edge of the process: a defect is told like any other failure, with all that a report needs.
                console.Failure(ErrorCatalogue.Internal, defect.ToString(), "This is a defect of the command; please report it with the text above.");
                return ExitCode.Failed;
            }
        });

    /// <summary>Does work that blocks, such as waiting for a line of input, so that Ctrl+C need not wait for it.</summary>
    public static Task<T> RunBlockingAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Run(work, cancellationToken).WaitAsync(cancellationToken);

    /// <summary>Says what is wrong with the command line. Nothing of it goes to standard output, which is for results.</summary>
    public static int RefuseUsage(ParseResult parsed, ParseErrorAction wrong)
    {
        var console = GlobalOptions.ConsoleOf(parsed);
        if (console.Json) return console.Failure(ErrorCatalogue.OptionsInvalid, string.Join(' ', parsed.Errors.Select(static error => error.Message)));
        var command = parsed.CommandResult.Command;
        wrong.ShowHelp = command.Subcommands.Count > 0;
        parsed.Invoke(new InvocationConfiguration { Output = Console.Error });
        if (!wrong.ShowHelp) Console.Error.WriteLine($"`{PathOf(parsed.CommandResult)} --help` tells what can be given.");
        return ExitCode.Usage;
    }

    private static string PathOf(System.CommandLine.Parsing.CommandResult result) =>
        result.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : result.Command.Name;
}
