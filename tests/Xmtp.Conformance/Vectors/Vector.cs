using System.Globalization;
using System.Text.Json;
using Xmtp.Cryptography;
using Xmtp.Protocol.Topics;

namespace Xmtp.Conformance.Vectors;

/// <summary>One value of a vector file. Reading a leaf marks it as used.</summary>
internal sealed class Vector(string path, JsonElement element)
{
    public string Path { get; } = path;

    public JsonValueKind Kind => element.ValueKind;

    /// <summary>An empty list is a fact too: counting it marks it as used.</summary>
    public int Count
    {
        get
        {
            if (element.GetArrayLength() == 0) VectorFiles.MarkRead(Path);
            return element.GetArrayLength();
        }
    }

    public IEnumerable<Vector> Items => Enumerable.Range(0, Count).Select(index => new Vector($"{Path}/{index}", element[index]));

    public IEnumerable<(string Name, Vector Value)> Members =>
        element.EnumerateObject().Select(member => (member.Name, new Vector($"{Path}/{member.Name}", member.Value)));

    public string Text => Leaf(JsonValueKind.String).GetString()!;

    public byte[] Bytes => Convert.FromHexString(Text);

    public ulong Number => ulong.Parse(Text, NumberStyles.None, CultureInfo.InvariantCulture);

    public int Integer => Leaf(JsonValueKind.Number).GetInt32();

    public bool Flag => Leaf(element.ValueKind == JsonValueKind.True ? JsonValueKind.True : JsonValueKind.False).GetBoolean();

    public EthereumAddress Address => EthereumAddress.Parse(Text);

    public Topic Topic => new(Text);

    public DateTimeOffset Milliseconds => DateTimeOffset.FromUnixTimeMilliseconds((long)Number);

    public string? TextOrNull => IsNull ? null : Text;

    public bool IsNull
    {
        get
        {
            if (element.ValueKind == JsonValueKind.Null) VectorFiles.MarkRead(Path);
            return element.ValueKind == JsonValueKind.Null;
        }
    }

    public IReadOnlyDictionary<string, string> Texts => Members.ToDictionary(static member => member.Name, static member => member.Value.Text);

    public Vector this[string name] => Find(name) ?? throw new KeyNotFoundException($"{Path} has no {name}.");

    public Vector this[int index] => Items.ElementAt(index);

    public bool Has(string name) => element.TryGetProperty(name, out _);

    public Vector? Find(string name) => element.TryGetProperty(name, out var value) ? new Vector($"{Path}/{name}", value) : null;

    /// <summary>The item of this list with that value of <c>name</c>.</summary>
    public Vector Named(string name) => Items.Single(item => item["name"].Text == name);

    public override string ToString() => Path;

    private JsonElement Leaf(JsonValueKind expected)
    {
        if (element.ValueKind != expected) throw new InvalidOperationException($"{Path} is {element.ValueKind}, not {expected}.");
        VectorFiles.MarkRead(Path);
        return element;
    }
}
