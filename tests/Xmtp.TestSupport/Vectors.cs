using System.Globalization;
using System.Text.Json;

namespace Xmtp.TestSupport;

/// <summary>The protocol's test vectors, copied beside every test: byte fields are hex, 64-bit numbers are decimal texts.</summary>
public static class Vectors
{
    /// <summary>Reads a file of the classic protocol, for example <c>05-key-agreement.json</c>.</summary>
    public static JsonElement Load(string fileName)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "vectors", "classic", fileName);
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    /// <summary>Bytes of a hex text.</summary>
    public static byte[] Hex(string hex) => Convert.FromHexString(hex);

    /// <summary>Lower-case hex of bytes.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>The member <paramref name="name"/>; its absence names itself.</summary>
    public static JsonElement Member(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) ? member : throw new KeyNotFoundException($"the vector has no member {name}");

    /// <summary>The elements of the array <paramref name="name"/>.</summary>
    public static IEnumerable<JsonElement> Rows(this JsonElement element, string name) => element.Member(name).EnumerateArray();

    /// <summary>The element of the array <paramref name="name"/> whose member <c>name</c> is <paramref name="row"/>.</summary>
    public static JsonElement Row(this JsonElement element, string name, string row) =>
        element.Rows(name).First(candidate => candidate.Text("name") == row);

    /// <summary>The text <paramref name="name"/>.</summary>
    public static string Text(this JsonElement element, string name) =>
        element.Member(name).GetString() ?? throw new KeyNotFoundException($"the vector's member {name} is null");

    /// <summary>The hex text <paramref name="name"/> as bytes.</summary>
    public static byte[] Bytes(this JsonElement element, string name) => Hex(element.Text(name));

    /// <summary>The number <paramref name="name"/>, written as a JSON number or as a decimal text.</summary>
    public static ulong Number(this JsonElement element, string name)
    {
        var member = element.Member(name);
        return member.ValueKind == JsonValueKind.String
            ? ulong.Parse(member.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture)
            : member.GetUInt64();
    }

    /// <summary>Whether there is a member <paramref name="name"/> that is not null.</summary>
    public static bool Has(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null;
}
