using Xmtp.Node.Core.Keys;

namespace Xmtp.Node.Options;

/// <summary>A file of node ids: one a line, 64 hex digits; <c>#</c> begins a comment. Read once, at the start.</summary>
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
            var text = line.AsSpan();
            var comment = text.IndexOf('#');
            if (comment >= 0) text = text[..comment];
            text = text.Trim();
            if (text.IsEmpty) continue;
            if (!NodeId.TryParse(text, null, out var node)) throw new FormatException($"line {number} is no node id, 64 hex digits");
            nodes.Add(node);
        }

        return nodes;
    }
}
