namespace Xmtp.Site.Content;

/// <summary>The repository's files. Paths are relative to its root, with forward slashes.</summary>
internal sealed class SourceTree(string root)
{
    private static readonly string[] s_pagesOutside = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "samples/README.md"];

    /// <summary>The Markdown files that become pages.</summary>
    public IReadOnlyList<string> Pages { get; } =
    [
        .. s_pagesOutside.Where(path => File.Exists(Path.Combine(root, path))),
        .. Directory.GetFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    /// <summary>Libraries whose public face is published.</summary>
    public IReadOnlyList<string> Libraries { get; } =
        [.. Directory.GetFiles(Path.Combine(root, "src"), "PublicApi.txt", SearchOption.AllDirectories).Select(static path => Path.GetFileName(Path.GetDirectoryName(path)!)).Order(StringComparer.Ordinal)];

    public string Read(string path) => File.ReadAllText(Path.Combine(root, path)).ReplaceLineEndings("\n");

    public bool Exists(string path) => File.Exists(Path.Combine(root, path)) || Directory.Exists(Path.Combine(root, path));
}
