using System.CommandLine;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Manual;

/// <summary><c>xmtp man</c>.</summary>
internal static class ManCommand
{
    public static Command Create()
    {
        var command = new Command("man", "Print the manual page: `xmtp man | man -l -` shows it.");
        command.Run(static (_, console, _) =>
        {
            console.Raw(ManualPage.Of(CommandTree.Create()));
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
