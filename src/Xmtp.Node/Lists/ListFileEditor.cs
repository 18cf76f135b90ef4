using System.Text;

namespace Xmtp.Node.Lists;

/// <summary>Changes a list file, one entry a line: comments and order stay, and whoever reads it finds the old list or the new one.</summary>
internal static class ListFileEditor
{
    /// <summary>Changes it.</summary>
    /// <param name="path">The file; it exists.</param>
    /// <param name="parse">The entry on a line as it compares; null for a line without one. Throws for a line that is wrong.</param>
    /// <param name="add">Entries to add, as <paramref name="parse"/> gives them; those that stand there are not added again.</param>
    /// <param name="remove">Entries to remove, all lines of them.</param>
    /// <returns>What was added and what was removed.</returns>
    /// <exception cref="IOException">The file cannot be read or replaced.</exception>
    public static (IReadOnlyList<string> Added, IReadOnlyList<string> Removed) Change(
        string path, Func<string, string?> parse, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove)
    {
        var lines = File.ReadAllLines(path).Select(line => (Line: line, Entry: parse(line))).ToList();
        var had = lines.Select(static line => line.Entry).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var gone = remove.Where(had.Contains).ToHashSet(StringComparer.Ordinal);
        var added = add.Where(entry => !had.Contains(entry) || gone.Contains(entry)).Distinct(StringComparer.Ordinal).ToList();
        if (added.Count == 0 && gone.Count == 0) return ([], []);
        Replace(path, [.. lines.Where(line => line.Entry is null || !gone.Contains(line.Entry)).Select(static line => line.Line), .. added]);
        return (added, [.. gone.Order(StringComparer.Ordinal)]);
    }

    private static void Replace(string path, IReadOnlyList<string> lines)
    {
        // A link stays a link: what it points at is replaced.
        var target = new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
        var unfinished = target + ".new";
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = File.GetUnixFileMode(target);
        using (var stream = new FileStream(unfinished, options))
        {
            stream.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Select(static line => line + "\n"))));
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, target, overwrite: true);
    }
}
