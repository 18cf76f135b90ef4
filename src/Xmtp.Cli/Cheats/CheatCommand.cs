using System.CommandLine;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Cheats;

/// <summary><c>xmtp cheat [TOPIC]</c>.</summary>
internal static class CheatCommand
{
    public static Command Create()
    {
        var topic = new Argument<string?>("topic")
        {
            Description = $"{string.Join(", ", CheatSheets.All.Select(static sheet => sheet.Topic))}; without one, the topics are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        topic.AcceptOnlyFromAmong([.. CheatSheets.All.Select(static sheet => sheet.Topic)]);
        var command = new Command("cheat", "Show short sheets of commands to copy.") { topic };
        command.Run((parsed, console, _) =>
        {
            var wanted = parsed.GetValue(topic);
            if (wanted is null && !console.Json) ListTopics(console);
            else foreach (var sheet in CheatSheets.All.Where(sheet => wanted is null || sheet.Topic == wanted)) Show(console, sheet);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static void ListTopics(CliConsole console)
    {
        var width = CheatSheets.All.Max(static sheet => sheet.Topic.Length);
        foreach (var sheet in CheatSheets.All) console.Line($"{console.Bold(sheet.Topic.PadRight(width))}  {sheet.Title}");
        console.Line();
        console.Line("`xmtp cheat <topic>` shows one.");
    }

    private static void Show(CliConsole console, CheatSheet sheet)
    {
        console.Line(console.Bold(sheet.Title));
        foreach (var line in sheet.Lines)
            console.Result(new CheatOutput(sheet.Topic, line.What, line.Command), CliJson.Default.CheatOutput, output => $"{Environment.NewLine}{console.Faint($"# {output.What}")}{Environment.NewLine}{output.Command}");
    }
}
