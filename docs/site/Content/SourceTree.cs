namespace Xmtp.Site.Content;

/// <summary>The repository's files. Paths are relative to its root, with forward slashes.</summary>
internal sealed class SourceTree(string root)
{
    private const string PictureFolder = "docs/images";

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

    /// <summary>Pictures of screens, which pages show.</summary>
    public IEnumerable<string> Pictures => Directory.Exists(Path.Combine(root, PictureFolder)) ? Directory.GetFiles(Path.Combine(root, PictureFolder), "*.png").Select(path => $"{PictureFolder}/{Path.GetFileName(path)}") : [];

    /// <summary>Whether a file is one of them.</summary>
    public static bool IsPicture(string path) => path.StartsWith($"{PictureFolder}/", StringComparison.Ordinal) && path.EndsWith(".png", StringComparison.Ordinal);

    /// <summary>A file's bytes.</summary>
    public byte[] ReadBytes(string path) => File.ReadAllBytes(Path.Combine(root, path));

    public string Read(string path) => File.ReadAllText(Path.Combine(root, path)).ReplaceLineEndings("\n");

    public bool Exists(string path) => File.Exists(Path.Combine(root, path)) || Directory.Exists(Path.Combine(root, path));
}
