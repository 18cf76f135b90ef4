using System.CommandLine;
using Xmtp.Cli.Manual;
using Xmtp.Cli.Outline;

namespace Xmtp.Docs.Tests.Commands;

/// <summary>The tables of the command's reference page, made from its verbs.</summary>
internal static class CommandTables
{
    public static string Verbs(RootCommand root) => Table(
        ["verb", "what it does"], VerbOutline.Of(root).Leaves.Select(static verb => (string[])[$"`xmtp {verb.Synopsis}`", verb.Description]));

    public static string CommonOptions(RootCommand root) => Table(
        ["option", "meaning"], VerbOutline.CommonOptions(root).Select(static option => (string[])[Name(option), option.Explanation]));

    /// <summary>Options that are alike share a row. Those of a running node have a page of their own.</summary>
    public static string OwnOptions(RootCommand root) => Table(
        ["option", "verbs", "meaning"],
        VerbOutline.Of(root).Leaves.Where(static verb => verb.Name != "node run")
            .SelectMany(static verb => verb.Options.Select(option => (Text: Name(option), option.Explanation, verb.Name)))
            .GroupBy(static row => (row.Text, row.Explanation))
            .Select(static row => (string[])[row.Key.Text, string.Join(", ", row.Select(static option => $"`{option.Name}`")), row.Key.Explanation]));

    public static string ExitCodesOfVerbs() => Table(["code", "meaning"], ExitCodes.All.Select(static code => (string[])[$"{code.Code}", code.Meaning]));

    private static string Name(OptionOutline option) => string.Join(", ", option.Aliases.Append(option.Synopsis).Select(static name => $"`{name}`"));

    private static string Table(string[] heading, IEnumerable<string[]> rows) =>
        string.Concat(rows.Select(Row).Prepend($"|{string.Concat(heading.Select(static _ => "---|"))}\n").Prepend(Row(heading)));

    private static string Row(string[] cells) => $"| {string.Join(" | ", cells.Select(static cell => cell.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal)))} |\n";
}
