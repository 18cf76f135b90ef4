using System.Text.RegularExpressions;
using Xmtp.Docs.Tests.Markdown;

namespace Xmtp.Docs.Tests.Structure;

/// <summary>The shape of Keep a Changelog 1.1.0.</summary>
public partial class ChangelogTests
{
    private const string Shape = """
        # Changelog

        ## [Unreleased]

        ### Added

        - One.

        ## [0.2.0] - 2026-02-01

        ### Fixed

        - Two, over
          two lines.

        ## [0.1.0] - 2026-01-31

        ### Added

        - Three.
        """;

    private static readonly string[] Kinds = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];

    [Fact]
    public void Changelog_File_KeepsTheShape() => Assert.Empty(Problems(MarkdownFile.Get("CHANGELOG.md")));

    [Theory]
    [InlineData("", "", null)]
    [InlineData("## [Unreleased]", "## Unreleased", "[Unreleased]")]
    [InlineData("[0.2.0] - 2026-02-01", "[0.2.0]", "not a version with its date")]
    [InlineData("[0.2.0]", "[0.0.9]", "not in order")]
    [InlineData("### Fixed", "### Mended", "no kind of change")]
    [InlineData("- Two, over\n  two lines.\n", "", "says nothing")]
    [InlineData("- Three.", "Three.", "no entry")]
    public void Problems_Sample_AreFound(string part, string replacement, string? problem)
    {
        var text = part.Length == 0 ? Shape : Shape.ReplaceLineEndings("\n").Replace(part, replacement, StringComparison.Ordinal);
        var problems = Problems(new MarkdownFile("sample", text)).ToList();
        if (problem is null) Assert.Empty(problems);
        else Assert.Contains(problems, found => found.Contains(problem, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Problems(MarkdownFile file)
    {
        if (file.Headings.Take(2).ToArray() is not ["# Changelog", "## [Unreleased]"]) yield return "The file begins with # Changelog and ## [Unreleased].";
        Version? newer = null;
        var section = "";
        var entries = 0;
        foreach (var line in file.Lines.Skip(Array.FindIndex(file.Lines, static line => line.StartsWith("## ", StringComparison.Ordinal))).Append("## [end]"))
        {
            if (line.StartsWith("##", StringComparison.Ordinal))
            {
                if (section.StartsWith("### ", StringComparison.Ordinal) && entries == 0) yield return $"{section} says nothing";
                (section, entries) = (line, 0);
            }

            if (line.StartsWith("### ", StringComparison.Ordinal))
            {
                if (!Kinds.Contains(line[4..])) yield return $"{line}: no kind of change";
            }
            else if (line.StartsWith("## ", StringComparison.Ordinal) && line is not ("## [Unreleased]" or "## [end]"))
            {
                var match = Release().Match(line);
                if (!match.Success) yield return $"{line}: not a version with its date";
                else if (newer is not null && Version.Parse(match.Groups["version"].Value) >= newer) yield return $"{line}: not in order";
                if (match.Success) newer = Version.Parse(match.Groups["version"].Value);
            }
            else if (line.StartsWith("- ", StringComparison.Ordinal))
            {
                entries++;
            }
            else if (line.Length > 0 && section.StartsWith("### ", StringComparison.Ordinal) && !line.StartsWith('#') && !line.StartsWith("  ", StringComparison.Ordinal))
            {
                yield return $"{line}: no entry";
            }
        }
    }

    [GeneratedRegex(@"^## \[(?<version>\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$")]
    private static partial Regex Release();
}
