using System.Text.Json.Serialization;

namespace Xmtp.ContentTypes;

/// <summary>The JSON form of a reaction, its keys in the order that published clients write.</summary>
internal sealed record ReactionJson
{
    [JsonPropertyName("action")]
    public string? Action { get; init; }

    [JsonPropertyName("reference")]
    public string? Reference { get; init; }

    [JsonPropertyName("referenceInboxId")]
    public string? ReferenceInboxId { get; init; }

    [JsonPropertyName("schema")]
    public string? Schema { get; init; }

    [JsonPropertyName("content")]
    public string? Content { get; init; }
}
