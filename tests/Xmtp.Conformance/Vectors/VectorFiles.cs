using System.Collections.Concurrent;
using System.Text.Json;

namespace Xmtp.Conformance.Vectors;

/// <summary>The vector files beside the test program, and which of their values some test has read.</summary>
internal static class VectorFiles
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "vectors", "classic");
    private static readonly ConcurrentDictionary<string, JsonElement> Parsed = new();
    private static readonly ConcurrentDictionary<string, bool> Read = new();

    /// <summary>Texts that explain a vector to people. Everything else is a fact that a test must read.</summary>
    private static readonly HashSet<string> Prose = ["what", "produced_by", "encoding", "note", "encryption_secret_note"];

    /// <summary>File names without extension, <c>01-identity-v1</c> first.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(Folder, "*.json").Select(static path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>The root of a file.</summary>
    public static Vector Open(string name) => new(name, Parsed.GetOrAdd(name, static file =>
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, file + ".json")));
        return document.RootElement.Clone();
    }));

    public static void MarkRead(string path) => Read[path] = true;

    /// <summary>Every value of a file that no test has read, by its path.</summary>
    public static IReadOnlyList<string> Unread(string name) => [.. Leaves(Open(name)).Where(static path => !Read.ContainsKey(path))];

    private static IEnumerable<string> Leaves(Vector vector) => vector.Kind switch
    {
        JsonValueKind.Object => vector.Members.Where(static member => !Prose.Contains(member.Name)).SelectMany(static member => Leaves(member.Value)),
        JsonValueKind.Array when vector.Count > 0 => vector.Items.SelectMany(Leaves),
        _ => [vector.Path],
    };
}
