using Xmtp.Node.Core.Keys;

namespace Xmtp.Node.Options;

/// <summary>A file of node ids: one a line, 64 hex digits; <c>#</c> begins a comment. Read at the start, and when the operator changes it through the admin port.</summary>
internal static class NodeIdFile
{
    private const int LengthMax = 4 << 20;

    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FormatException">A line is no node id, or the file is too long.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlySet<NodeId> Read(string path)
    {
        if (new FileInfo(path).Length > LengthMax) throw new FormatException("it is larger than 4 MiB, so it is not a list of nodes");
        var nodes = new HashSet<NodeId>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            var text = TextOf(line);
            if (text.IsEmpty) continue;
            if (!NodeId.TryParse(text, null, out var node)) throw new FormatException($"line {number} is no node id, 64 hex digits");
            nodes.Add(node);
        }

        return nodes;
    }

    /// <summary>The node on a line, as text; null when there is none.</summary>
    /// <exception cref="FormatException">What stands there is no node id.</exception>
    public static string? ParseLine(string line)
    {
        var text = TextOf(line);
        if (text.IsEmpty) return null;
        return NodeId.TryParse(text, null, out var node) ? node.ToString() : throw new FormatException("an entry is no node id, 64 hex digits");
    }

    private static ReadOnlySpan<char> TextOf(string line)
    {
        var comment = line.IndexOf('#', StringComparison.Ordinal);
        return line.AsSpan(0, comment < 0 ? line.Length : comment).Trim();
    }
}
