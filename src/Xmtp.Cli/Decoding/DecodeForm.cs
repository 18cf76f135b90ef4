using Xmtp.Cli.Output;

namespace Xmtp.Cli.Decoding;

/// <summary>What bytes are, for people.</summary>
internal static class DecodeForm
{
    private const int NameWidth = 22;

    public static string Of(DecodeOutput output, CliConsole console) => string.Join(Environment.NewLine, Lines(output, "", console));

    private static IEnumerable<string> Lines(DecodeOutput output, string indent, CliConsole console)
    {
        yield return $"{indent}{console.Bold(output.Kind)}{(output.Length > 0 ? $"  {console.Faint($"{output.Length} bytes")}" : "")}";
        foreach (var (name, value) in output.Fields) yield return $"{indent}  {console.Faint(CliConsole.Printable(name).PadRight(NameWidth))}{OneLine(value)}";
        if (output.Content is { Text: { } text }) yield return $"{indent}  {console.Faint("text".PadRight(NameWidth))}{OneLine(text)}";
        foreach (var verdict in output.Verdicts)
        {
            var word = verdict.Holds switch { true => console.Green("holds"), false => console.Red("does not hold"), null => console.Faint("open") };
            yield return $"{indent}  {console.Faint(verdict.Name.PadRight(NameWidth))}{word}: {OneLine(verdict.Detail)}";
        }

        if (output.Inner is not null) foreach (var line in Lines(output.Inner, indent + "  ", console)) yield return line;
    }

    private static string OneLine(string text) => CliConsole.Printable(text).ReplaceLineEndings("\\n");
}
