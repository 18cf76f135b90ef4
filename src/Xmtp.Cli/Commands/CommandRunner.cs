using System.CommandLine;
using Xmtp.Cli.Output;
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
            catch (XmtpException exception)
            {
                return console.Failure(exception.Code, exception.Message);
            }
        });
}
