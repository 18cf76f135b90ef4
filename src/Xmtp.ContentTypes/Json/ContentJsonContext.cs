using System.Text.Json.Serialization;

namespace Xmtp.ContentTypes;

/// <summary>Generated readers and writers of the content types that are JSON.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters = [typeof(PlainStringConverter)],
    MaxDepth = 8)]
[JsonSerializable(typeof(ReactionJson))]
[JsonSerializable(typeof(TransactionReference))]
internal sealed partial class ContentJsonContext : JsonSerializerContext;
