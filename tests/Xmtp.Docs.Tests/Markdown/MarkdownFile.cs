using System.Text.RegularExpressions;

namespace Xmtp.Docs.Tests.Markdown;

/// <summary>What the tests need to know of a Markdown file. Reads the plain subset that this repository writes.</summary>
internal sealed partial class MarkdownFile
{
    private readonly List<Fence> _fences = [];
    private readonly List<MarkdownLink> _links = [];
    private readonly List<InlineCode> _code = [];
    private readonly List<string> _headings = [];
    private readonly List<string> _anchors = [];

    public MarkdownFile(string path, string text)
    {
        Path = path;
        Lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < Lines.Length; i++)
        {
            if (Lines[i].StartsWith("```", StringComparison.Ordinal)) i = ReadFence(i);
            else ReadLine(i);
        }
    }

    /// <summary>Every Markdown file of the repository.</summary>
    public static IReadOnlyList<MarkdownFile> All { get; } =
        [.. Repository.Files.Where(path => path.EndsWith(".md", StringComparison.Ordinal)).Select(path => new MarkdownFile(path, Repository.Read(path)))];

    public string Path { get; }

    public string[] Lines { get; }

    public IReadOnlyList<Fence> Fences => _fences;

    public IReadOnlyList<MarkdownLink> Links => _links;

    public IReadOnlyList<InlineCode> Code => _code;

    /// <summary>Headings with their number signs.</summary>
    public IReadOnlyList<string> Headings => _headings;

    /// <summary>The names that headings can be linked by.</summary>
    public IReadOnlyList<string> Anchors => _anchors;

    public static MarkdownFile Get(string path) => All.Single(file => file.Path == path);

    /// <summary>Cells of the rows of all tables under a heading, without the head and the rule below it.</summary>
    public IEnumerable<string[]> Rows(string heading)
    {
        var begin = Array.IndexOf(Lines, heading);
        Assert.True(begin >= 0, $"{Path} has no heading {heading}");
        return Lines.Skip(begin + 1).TakeWhile(line => !line.StartsWith('#'))
            .Where(line => line.StartsWith('|')).Select(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries))
            .SkipWhile(cells => !cells[0].StartsWith('-')).Skip(1);
    }

    private int ReadFence(int first)
    {
        var last = first + 1;
        while (last < Lines.Length && Lines[last] != "```") last++;
        Assert.True(last < Lines.Length, $"{Path}({first + 1}): the block is never closed");
        var begin = BeginOfSnippet().Match(Enumerable.Range(1, first).Select(back => Lines[first - back]).FirstOrDefault(line => line.Length > 0) ?? "");
        var end = Lines.Skip(last + 1).FirstOrDefault(line => line.Length > 0);
        var snippet = begin.Success && end == "<!-- /snippet -->" ? begin.Groups["name"].Value : null;
        _fences.Add(new Fence(first + 1, Lines[first][3..].Trim(), last - first - 1, string.Join('\n', Lines[(first + 1)..last]), snippet));
        return last;
    }

    private void ReadLine(int index)
    {
        var line = Lines[index];
        foreach (Match match in CodeSpan().Matches(line)) _code.Add(new InlineCode(index + 1, match.Groups["text"].Value));

        // What stands in backticks is no link.
        var prose = CodeSpan().Replace(line, match => new string('x', match.Length));
        foreach (Match match in Link().Matches(prose)) _links.Add(new MarkdownLink(index + 1, match.Groups["target"].Value));
        if (!Heading().IsMatch(line)) return;
        _headings.Add(line);
        var anchor = Anchor(line.TrimStart('#'));
        var repeats = _anchors.Count(known => known == anchor || Repeat(anchor).IsMatch(known));
        _anchors.Add(repeats == 0 ? anchor : $"{anchor}-{repeats}");
    }

    // As GitHub does it: lower case; letters, digits, hyphens and underscores stay, spaces become hyphens.
    private static string Anchor(string heading) => string.Concat(heading.Trim().ToLowerInvariant()
        .Where(character => char.IsLetterOrDigit(character) || character is '-' or '_' or ' ').Select(character => character == ' ' ? '-' : character));

    private static Regex Repeat(string anchor) => new($"^{Regex.Escape(anchor)}-[0-9]+$");

    [GeneratedRegex(@"^<!-- snippet: (?<name>[a-z0-9-]+) -->$")]
    private static partial Regex BeginOfSnippet();

    [GeneratedRegex("(?<!`)`(?<text>[^`]+)`(?!`)")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#{1,6} ")]
    private static partial Regex Heading();
}
