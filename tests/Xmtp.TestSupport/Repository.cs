using System.Reflection;
using System.Text;

namespace Xmtp.TestSupport;

/// <summary>The source tree that these tests were built from. Paths are relative to its root, with forward slashes.</summary>
public static class Repository
{
    private const int TextLengthMax = 4 << 20;

    private static readonly string[] SkippedFolders =
        [".git", ".vs", ".idea", ".vscode", "artifacts", "bin", "obj", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts", "xmtp-data"];

    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!.TrimEnd('/', '\\');

    /// <summary>All files, without what builds and tools leave behind.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(Root).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <summary>The C# files under a folder.</summary>
    public static IEnumerable<string> CSharp(string folder) =>
        Files.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal));

    public static string FullPath(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(FullPath(path));

    /// <summary>The text of a file; null for binary and very large ones.</summary>
    public static string? ReadText(string path)
    {
        var file = new FileInfo(FullPath(path));
        if (file.Length > TextLengthMax) return null;
        var bytes = File.ReadAllBytes(file.FullName);
        return bytes.AsSpan(0, Math.Min(bytes.Length, 8000)).Contains((byte)0) ? null : Encoding.UTF8.GetString(bytes);
    }

    // A .git file instead of a folder marks a linked work tree; it is skipped by the same name.
    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder))
        {
            if (SkippedFolders.Contains(Path.GetFileName(entry))) continue;
            if (!Directory.Exists(entry))
                yield return entry;
            else
                foreach (var file in Walk(entry))
                    yield return file;
        }
    }
}
