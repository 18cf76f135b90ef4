using System.Text.RegularExpressions;
using Xmtp.Docs.Tests.Markdown;
using Xmtp.Protocol.Errors;

namespace Xmtp.Docs.Tests.Structure;

/// <summary>What documents point at must exist.</summary>
public partial class LinkTests
{
    [Fact]
    public void Links_EveryRelativeOne_LeadToAFileAndHeading() => AssertNone(
        from file in MarkdownFile.All
        from link in file.Links
        where !link.Target.Contains("://", StringComparison.Ordinal)
        let problem = Problem(file, link.Target)
        where problem is not null
        select $"{file.Path}({link.Line}): {link.Target} {problem}");

    [Fact]
    public void Code_EveryPathOfTheRepository_Exists() => AssertNone(
        from file in MarkdownFile.All
        from code in file.Code
        let match = RepositoryPath().Match(code.Text)
        where match.Success && !Exists(match.Value)
        select $"{file.Path}({code.Line}): there is no {match.Value}");

    // That page speaks of projects, and leaves out the folder that they are all in.
    [Fact]
    public void Architecture_EveryPathAndProject_Exists() => AssertNone(
        from code in MarkdownFile.Get("ARCHITECTURE.md").Code
        where code.Text.Contains('/') || code.Text.StartsWith("Xmtp.", StringComparison.Ordinal)
        where !Exists(code.Text) && !Exists($"src/{code.Text}")
        select $"ARCHITECTURE.md({code.Line}): there is no {code.Text}");

    [Fact]
    public void ErrorIds_EveryOne_IsInTheCatalogue() => AssertNone(
        from file in MarkdownFile.All
        from line in file.Lines
        from Match id in ErrorId().Matches(line)
        where !ErrorCatalogue.All.ContainsKey(id.Value)
        select $"{file.Path}: there is no error {id.Value}");

    [Theory]
    [InlineData("docs/a.md", "b.md", "docs/b.md")]
    [InlineData("docs/a/b.md", "../../README.md", "README.md")]
    [InlineData("README.md", "docs/adr/", "docs/adr")]
    [InlineData("README.md", "./build.sh", "build.sh")]
    public void Resolve_RelativeTarget_IsAPathFromTheRoot(string from, string target, string expected) => Assert.Equal(expected, Resolve(from, target));

    private static string? Problem(MarkdownFile file, string target)
    {
        var parts = target.Split('#', 2);
        var path = parts[0].Length == 0 ? file.Path : Resolve(file.Path, parts[0]);
        if (!Exists(path)) return "does not exist";
        if (parts.Length == 1) return null;
        return MarkdownFile.All.FirstOrDefault(candidate => candidate.Path == path)?.Anchors.Contains(parts[1]) == true ? null : "has no such heading";
    }

    private static string Resolve(string from, string target)
    {
        var folders = new Stack<string>(from.Split('/')[..^1]);
        foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..") folders.Pop();
            else if (part != ".") folders.Push(part);
        }

        return string.Join('/', folders.Reverse());
    }

    private static bool Exists(string path) =>
        path.TrimEnd('/') is var plain && Repository.Files.Any(file => file == plain || file.StartsWith(plain + "/", StringComparison.Ordinal));

    private static void AssertNone(IEnumerable<string> problems)
    {
        var lines = problems.ToList();
        Assert.True(lines.Count == 0, string.Join(Environment.NewLine, lines));
    }

    [GeneratedRegex(@"^(?:src|tests|docs|vectors|benchmarks|samples|fuzz|deploy)/[\w./-]*")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"\bXMTP\d{4}\b")]
    private static partial Regex ErrorId();
}
