using System.CommandLine;
using System.Globalization;

namespace Xmtp.Cli.Commands;

/// <summary>An option that is a length of time, with its unit, as a node's options are.</summary>
internal static class TimeOption
{
    private static readonly TimeSpan Max = TimeSpan.FromHours(1);

    private static readonly (string Unit, TimeSpan Length)[] s_units =
        [("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1))];

    public static Option<TimeSpan> Create(string name, string description, TimeSpan byDefault) => new(name)
    {
        Description = description,
        HelpName = "time",
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (TryParse(text) is { } time) return time;
            result.AddError($"{name}: '{text}' is not a time between 1 ms and 1 h; give it with its unit, for example 500ms, 10s or 2m.");
            return default;
        },
    };

    private static TimeSpan? TryParse(string text)
    {
        foreach (var (unit, length) in s_units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal) || !int.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) continue;
            var time = length * number;
            return time > TimeSpan.Zero && time <= Max ? time : null;
        }

        return null;
    }
}
