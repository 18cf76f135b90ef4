namespace Xmtp.Node.Admin;

/// <summary>One thing that an operator can ask for.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path; a last part in braces stands for any one part.</param>
/// <param name="Handle">Does it. <see cref="AdminCall"/> has what it needs.</param>
internal sealed record AdminRoute(string Method, string Path, Func<AdminCall, Task> Handle)
{
    /// <summary>Whether the body may be of any length: its handler bounds what it reads itself.</summary>
    public bool StreamsBody { get; init; }

    /// <summary>Whether a path is this route's.</summary>
    /// <param name="path">The path.</param>
    /// <param name="name">The part that stands for the one in braces; empty when there is none.</param>
    public bool Matches(string path, out string name)
    {
        name = string.Empty;
        var brace = Path.IndexOf('{', StringComparison.Ordinal);
        if (brace < 0) return path == Path;
        if (!path.StartsWith(Path[..brace], StringComparison.Ordinal)) return false;
        name = path[brace..];
        return name.Length > 0 && !name.Contains('/', StringComparison.Ordinal);
    }
}
