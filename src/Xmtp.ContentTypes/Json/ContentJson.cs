using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Google.Protobuf;

namespace Xmtp.ContentTypes;

/// <summary>JSON as content bytes.</summary>
internal static class ContentJson
{
    public static ByteString Write<T>(T value, JsonTypeInfo<T> type) =>
        UnsafeByteOperations.UnsafeWrap(JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>Null when the bytes are no JSON of that form.</summary>
    public static T? TryRead<T>(ByteString content, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(content.Span, type);
        }
        catch (JsonException)
        {
            // Its text may quote what somebody wrote, so it goes no further.
            return null;
        }
    }
}
