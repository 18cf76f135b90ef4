using System.CommandLine;
using System.Globalization;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Output;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Bench;

/// <summary><c>xmtp bench</c>.</summary>
internal static class BenchCommand
{
    private static readonly string[] s_heading = ["part", "calls", "at once", "per second", "p50 ms", "p90 ms", "p99 ms", "max ms"];

    public static Command Create()
    {
        var defaults = new BenchOptions();
        var messages = Number("--messages", "number", "Messages to publish.", defaults.Messages, BenchOptions.MessagesMax);
        var size = Number("--size", "bytes", "Length of each message.", defaults.Size, BenchOptions.SizeMax);
        var concurrency = Number("--concurrency", "number", "Calls under way at once.", defaults.Concurrency, BenchOptions.ConcurrencyMax);
        var command = new Command("bench", "Measure a node from outside: durable publishes, queries, and the way from a publish to a stream. The node keeps the messages, on a topic that nobody reads.") { messages, size, concurrency };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var options = new BenchOptions { Messages = parsed.GetValue(messages), Size = parsed.GetValue(size), Concurrency = parsed.GetValue(concurrency) };
            if ((long)options.Messages * options.Size > BenchOptions.BytesMax)
                return console.Failure(ErrorCatalogue.OptionsInvalid, $"--messages, --size: together these are more than {BenchOptions.BytesMax >> 20} MiB, which the node would keep.", "Take less of either.");
            console.Progress($"Measuring {GlobalOptions.NodeOf(parsed).OriginalString}.");
            var results = new List<BenchOutput>();
            using (var bar = console.StartProgress("calls", (ulong)(options.Messages + (2 * options.ShortPart))))
            {
                await using var run = await BenchRun.StartAsync(GlobalOptions.NodeOf(parsed), options, bar.Step, cancellationToken);
                await foreach (var result in run.MeasureAsync(cancellationToken)) results.Add(result);
            }

            Show(console, results);
            if (!results.Exists(static result => result.LimitReached)) return ExitCode.Success;
            console.Progress("The node asked for a pause, so less was measured than was wanted; its limits are those of its operator.");
            return ExitCode.Unavailable;
        });
        return command;
    }

    private static void Show(CliConsole console, List<BenchOutput> results)
    {
        if (console.Json)
        {
            foreach (var result in results) console.Result(result, CliJson.Default.BenchOutput, static _ => "");
            return;
        }

        console.Line(TextTable.Of(s_heading, [.. results.Select(Cells)], (row, _, cell) => row < 0 ? console.Faint(cell) : cell));
    }

    private static string[] Cells(BenchOutput result) =>
    [
        result.Part, Text(result.Calls), Text(result.Concurrency), Text(result.PerSecond), Text(result.P50Ms), Text(result.P90Ms), Text(result.P99Ms), Text(result.MaxMs),
    ];

    private static string Text(double number) => number.ToString(number % 1 == 0 ? "0" : "0.00", CultureInfo.InvariantCulture);

    private static Option<int> Number(string name, string value, string description, int byDefault, int max) => new(name)
    {
        Description = $"{description} At most {max}.",
        HelpName = value,
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max) return number;
            result.AddError($"{name}: '{text}' is not a whole number from 1 to {max}.");
            return byDefault;
        },
    };
}
