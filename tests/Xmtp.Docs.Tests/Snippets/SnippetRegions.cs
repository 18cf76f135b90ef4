using System.Text.RegularExpressions;

namespace Xmtp.Docs.Tests.Snippets;

/// <summary>The regions of the files of this folder.</summary>
internal static partial class SnippetRegions
{
    private const string Folder = "tests/Xmtp.Docs.Tests/Snippets";

    /// <summary>Text of each region by its name, without the indentation that all its lines share.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = Repository.CSharp(Folder)
        .SelectMany(path => Read(path, Repository.Read(path))).ToDictionary(region => region.Name, region => region.Text, StringComparer.Ordinal);

    /// <summary>Reads the regions of one file, and makes sure that a test runs each.</summary>
    public static IEnumerable<(string Name, string Text)> Read(string path, string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var match = Begin().Match(lines[i]);
            if (!match.Success) continue;
            var name = match.Groups["name"].Value;
            var last = Array.FindIndex(lines, i, line => line.Trim() == "#endregion");
            Assert.True(last > i, $"{path}: the region {name} has no end");
            var region = lines[(i + 1)..last];
            Assert.True(match.Groups["indent"].Length == 0 ? IsUsed(region, lines[last..]) : IsInTest(lines[..i]), $"{path}: no test runs the region {name}");
            yield return (name, string.Join('\n', region.Select(line => line.Length == 0 ? line : line[match.Groups["indent"].Length..])));
        }
    }

    // A method ends with a brace of its own indentation, and a test begins with an attribute of the same.
    private static bool IsInTest(string[] before) =>
        Array.LastIndexOf(before, "    [Fact]") is >= 0 and var test && Array.LastIndexOf(before, "    }") < test;

    // Types stand outside of methods: what follows them in the file must use them all.
    private static bool IsUsed(string[] region, string[] after) => region.Select(line => TypeName().Match(line)).Where(match => match.Success)
        .All(match => after.Any(line => line.Contains(match.Groups["name"].Value, StringComparison.Ordinal)));

    [GeneratedRegex("^(?<indent> *)#region snippet:(?<name>[a-z0-9-]+)$")]
    private static partial Regex Begin();

    [GeneratedRegex(@"^public (?:sealed |static )?(?:class|record|record struct) (?<name>\w+)")]
    private static partial Regex TypeName();
}
