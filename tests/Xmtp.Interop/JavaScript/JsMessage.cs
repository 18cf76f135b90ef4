using System.Text.Json;

namespace Xmtp.Interop.JavaScript;

/// <summary>A message as a JavaScript client describes it.</summary>
/// <param name="Version">v1 or v2; null from the client that knows V1 alone.</param>
/// <param name="Sent">Milliseconds since the Unix epoch.</param>
internal sealed record JsMessage(
    string Id, string? Version, string? Sender, string? Recipient, long Sent, string? Topic, string? ContentType, JsonElement Content, string? Fallback, string? Error)
{
    public string? Text => Content.ValueKind == JsonValueKind.String ? Content.GetString() : null;
}
