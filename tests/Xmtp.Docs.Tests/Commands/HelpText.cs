using System.Text.RegularExpressions;

namespace Xmtp.Docs.Tests.Commands;

/// <summary>The verbs and options in the help of our programs.</summary>
internal static partial class HelpText
{
    /// <summary>What stands under <c>Commands:</c>.</summary>
    public static IReadOnlyList<string> Verbs(string help) => [.. Section(help, "Commands:").Select(line => VerbName().Match(line))
        .Where(match => match.Success).Select(match => match.Groups["name"].Value)];

    /// <summary>What stands under <c>Options:</c>, with both dashes.</summary>
    public static IReadOnlyList<string> Options(string help) => [.. Section(help, "Options:").Select(line => OptionName().Match(line))
        .Where(match => match.Success).Select(match => match.Groups["name"].Value)];

    /// <summary>The verbs of <c>build.sh help</c>.</summary>
    public static IReadOnlyList<string> BuildVerbs(string help) => Verbs("Commands:\n" + help.Split("\n\n")[1]);

    private static IEnumerable<string> Section(string help, string title) => help.ReplaceLineEndings("\n").Split('\n')
        .SkipWhile(line => line != title).Skip(1).TakeWhile(line => line.Length > 0);

    [GeneratedRegex("^  (?<name>[a-z][a-z-]*)")]
    private static partial Regex VerbName();

    [GeneratedRegex("^  (?:-[^-\\s]+, )*(?<name>--[a-z][a-z-]*)")]
    private static partial Regex OptionName();
}
