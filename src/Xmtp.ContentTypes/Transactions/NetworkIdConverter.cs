using System.Text.Json;
using System.Text.Json.Serialization;

namespace Xmtp.ContentTypes;

/// <summary>A number or a text, as it came.</summary>
internal sealed class NetworkIdConverter : JsonConverter<NetworkId>
{
    public override NetworkId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => new NetworkId(reader.GetString()!),
        JsonTokenType.Number when reader.TryGetInt64(out var number) => new NetworkId(number),
        _ => throw new JsonException(),
    };

    public override void Write(Utf8JsonWriter writer, NetworkId value, JsonSerializerOptions options)
    {
        if (value.Text is { } text) JsonSerializer.Serialize(writer, text, ContentJsonContext.Default.String);
        else writer.WriteNumberValue(value.Number);
    }
}
