using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Admin;

/// <summary>Makes verbs that ask the admin port one thing and show the answer.</summary>
internal static class AdminVerb
{
    /// <summary>Makes one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="type">How its answer is JSON; looked up when it is needed, since every run of the command makes all verbs.</param>
    /// <param name="ask">Asks.</param>
    /// <param name="text">The answer for people.</param>
    public static Command Create<T>(
        string name, string description, Func<JsonTypeInfo<T>> type, Func<AdminClient, ParseResult, CancellationToken, Task<T>> ask, Func<T, string> text)
    {
        var command = new Command(name, description);
        command.Run(async (parsed, console, cancellationToken) =>
        {
            using var client = AdminOptions.Connect(parsed);
            Show(console, await ask(client, parsed, cancellationToken), type(), text);
            return ExitCode.Success;
        });
        AdminOptions.AddTo(command);
        return command;
    }

    /// <summary>Shows an answer. It may hold what others wrote, so nothing in it drives the terminal, not even colours.</summary>
    public static void Show<T>(CliConsole console, T answer, JsonTypeInfo<T> type, Func<T, string> text) =>
        console.Result(answer, type, shown => CliConsole.Printable(text(shown)));

    /// <summary>Names and values, one pair a line.</summary>
    public static string Lines(params (string Name, string Value)[] lines)
    {
        var width = lines.Max(static line => line.Name.Length);
        return string.Join(Environment.NewLine, lines.Select(line => $"{line.Name.PadRight(width)}  {line.Value}"));
    }
}
