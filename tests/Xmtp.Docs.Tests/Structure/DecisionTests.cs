using Xmtp.Docs.Tests.Markdown;

namespace Xmtp.Docs.Tests.Structure;

/// <summary>The decision records and their index.</summary>
public class DecisionTests
{
    private const string Folder = "docs/adr/";
    private const string Index = Folder + "README.md";

    private static IReadOnlyList<MarkdownFile> Decisions { get; } =
        [.. MarkdownFile.All.Where(file => file.Path.StartsWith(Folder, StringComparison.Ordinal) && file.Path != Index)];

    [Fact]
    public void Index_Decisions_ListsEachWithItsTitle() => Assert.Equal(
        Decisions.Select(file => $"| [{Number(file)}]({file.Path[Folder.Length..]}) | {Title(file)} |"),
        MarkdownFile.Get(Index).Lines.Where(line => line.StartsWith("| [", StringComparison.Ordinal)));

    [Fact]
    public void Decisions_Numbers_AreDense() =>
        Assert.Equal(Enumerable.Range(1, Decisions.Count).Select(number => $"{number:0000}"), Decisions.Select(Number));

    [Fact]
    public void Decisions_EveryOne_HasTheShape() => Assert.All(Decisions, file =>
    {
        Assert.Equal($"# {Number(file)}: {Title(file)}", file.Lines[0]);
        foreach (var part in new[] { "**Context.** ", "**Decision.** " })
            Assert.Contains(file.Lines, line => line.StartsWith(part, StringComparison.Ordinal));
        Assert.InRange(file.Lines.Length, 1, 60);
    });

    private static string Number(MarkdownFile file) => file.Path[Folder.Length..].Split('-')[0];

    private static string Title(MarkdownFile file) => file.Lines[0].Split(": ", 2)[^1];
}
