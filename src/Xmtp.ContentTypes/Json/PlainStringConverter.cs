using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Xmtp.ContentTypes;

/// <summary>
/// Writes text as JavaScript does: only quotes, backslashes and control characters are escaped. The base library always
/// escapes what lies beyond the basic plane, which would turn every emoji from 4 bytes into 12.
/// </summary>
internal sealed class PlainStringConverter : JsonConverter<string>
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\']);

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteRawValue(Quote(value), skipInputValidation: true);

    private static string Quote(string value)
    {
        if (!value.AsSpan().ContainsAny(Escaped)) return $"\"{value}\"";
        var quoted = new StringBuilder(value.Length + 16).Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }
}
