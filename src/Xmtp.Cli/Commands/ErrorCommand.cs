using System.CommandLine;
using Xmtp.Cli.Output;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp error ID</c>.</summary>
internal static class ErrorCommand
{
    public static Command Create()
    {
        var id = new Argument<ErrorCode>("id")
        {
            Description = "The id that a failure printed, for example XMTP4001.",
            CustomParser = static result =>
            {
                if (ErrorCatalogue.All.TryGetValue(result.Tokens[0].Value, out var code)) return code;
                result.AddError($"There is no error {result.Tokens[0].Value}; ids look like XMTP4001.");
                return null;
            },
        };
        var command = new Command("error", "Explain an error by its id.") { id };
        command.Run((parsed, console, _) =>
        {
            var code = parsed.GetRequiredValue(id);
            console.Result(new ErrorOutput(code.Id, code.Name, code.Advice, code.Retryable), CliJson.Default.ErrorOutput, output => string.Join(
                Environment.NewLine,
                $"{console.Bold(output.Code)}  {output.Message}",
                output.Advice,
                output.Retryable ? "The same call may succeed later." : "The same call, unchanged, will fail again."));
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
