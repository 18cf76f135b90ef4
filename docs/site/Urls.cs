namespace Xmtp.Site;

/// <summary>Addresses inside the site.</summary>
internal static class Urls
{
    /// <summary>How one page links to another, so that it works from a disk as well.</summary>
    public static string Relative(string from, string to)
    {
        var (a, b) = (from.Split('/')[..^1], to.Split('/'));
        var common = 0;
        while (common < a.Length && common < b.Length - 1 && a[common] == b[common]) common++;
        return string.Concat(Enumerable.Repeat("../", a.Length - common)) + string.Join('/', b[common..]);
    }

    /// <summary>The path that a relative link stands for; null when it leads out of the tree.</summary>
    public static string? Resolve(string from, string target)
    {
        var folders = new Stack<string>(from.Split('/')[..^1]);
        foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "." || (part == ".." && folders.TryPop(out _))) continue;
            if (part == "..") return null;
            folders.Push(part);
        }

        return string.Join('/', folders.Reverse());
    }
}
