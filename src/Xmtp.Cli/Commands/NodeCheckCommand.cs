using System.CommandLine;
using System.Globalization;
using Xmtp.Cli.Checks;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp node check</c>. Its exit codes are those that monitoring systems expect of a plugin, whatever happens.</summary>
internal static class NodeCheckCommand
{
    public static Command Create()
    {
        var prometheus = new Option<bool>("--prometheus") { Description = "Write the result as a page of metrics for Prometheus." };
        var nagios = new Option<bool>("--nagios") { Description = "Write the result as the one line of a Nagios plugin." };
        var deep = new Option<bool>("--deep") { Description = "Read, verify and compare every entry of every log on every node." };
        var lag = LagOption();
        var timeout = TimeOption.Create("--timeout", "How long a node may take for one answer.", new CheckOptions().Patience);
        var command = new Command("check", "Compare all nodes of a network. Exit codes: 0 ok, 1 degraded, 2 failed, 3 could not ask.") { prometheus, nagios, lag, timeout, deep };
        command.Validators.Add(result =>
        {
            if (new[] { result.GetValue(GlobalOptions.Json), result.GetValue(prometheus), result.GetValue(nagios) }.Count(static isOn => isOn) > 1)
                result.AddError("--json, --prometheus and --nagios are three forms of one result; give one of them.");
        });
        command.Run(
            async (parsed, console, cancellationToken) =>
            {
                using var bar = console.StartProgress("entries");
                var options = new CheckOptions
                {
                    LagMax = parsed.GetValue(lag), Patience = parsed.GetValue(timeout), Deep = parsed.GetValue(deep), Progress = (read, total) => bar.Report(read, total),
                };
                var report = await new NetworkCheck(options).RunAsync(GlobalOptions.NodeOf(parsed), cancellationToken);
                if (parsed.GetValue(prometheus)) console.Raw(PrometheusForm.Of(report, options));
                else if (parsed.GetValue(nagios)) console.Raw(NagiosForm.Of(report, options));
                else console.Result(CheckForms.ToOutput(report), CliJson.Default.NodeCheckOutput, _ => CheckForms.ToText(report, console));
                return (int)report.Status;
            },
            failed: (int)CheckStatus.Unknown);
        return command;
    }

    /// <summary>Whether a command line checks a network.</summary>
    public static bool IsCheck(ParseResult parsed) =>
        parsed.CommandResult is { Command.Name: "check", Parent: System.CommandLine.Parsing.CommandResult { Command.Name: "node" } };

    private static Option<ulong> LagOption() => new("--max-lag")
    {
        Description = "Entries that a node may be behind with a log.",
        HelpName = "number",
        DefaultValueFactory = static _ => new CheckOptions().LagMax,
        CustomParser = static result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
            result.AddError($"--max-lag: '{text}' is not a whole number.");
            return 0;
        },
    };
}
