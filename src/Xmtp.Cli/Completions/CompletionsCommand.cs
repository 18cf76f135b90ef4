using System.CommandLine;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Completions;

/// <summary><c>xmtp completions SHELL</c>.</summary>
internal static class CompletionsCommand
{
    private static readonly Dictionary<string, Func<CompletionWords, string>> s_shells = new(StringComparer.Ordinal)
    {
        ["bash"] = BashScript.Of,
        ["zsh"] = ZshScript.Of,
        ["fish"] = FishScript.Of,
        ["powershell"] = PowerShellScript.Of,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or powershell." };
        shell.AcceptOnlyFromAmong([.. s_shells.Keys]);
        var command = new Command("completions", "Print a script that lets a shell complete this command: `eval \"$(xmtp completions bash)\"`.") { shell };
        command.Run((parsed, console, _) =>
        {
            console.Raw(s_shells[parsed.GetRequiredValue(shell)](CompletionWords.Of(CommandTree.Create())));
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
