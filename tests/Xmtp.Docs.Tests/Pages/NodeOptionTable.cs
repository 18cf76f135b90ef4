using System.Text;
using Xmtp.Node.Options;

namespace Xmtp.Docs.Tests.Pages;

/// <summary>The table of a node's options in the page about running one.</summary>
internal static class NodeOptionTable
{
    public const string Path = "docs/operating/node.md";

    public static string Generate()
    {
        var table = new StringBuilder("| flag | default | variable | meaning |\n|---|---|---|---|\n");
        foreach (var option in NodeOptionList.All)
        {
            var value = option.IsSwitch ? $"[{option.ValueName}]" : $"<{option.ValueName}>";
            var meaning = option.Description + (option.IsList ? " Several: repeat the flag, or separate them by commas." : "");
            var defaultText = option.DefaultText == "none" ? option.DefaultText : $"`{option.DefaultText}`";
            table.Append($"| `--{option.Name} {Cell(value)}` | {defaultText} | `{option.EnvironmentVariable}` | {Cell(meaning)} |\n");
        }

        return table.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
