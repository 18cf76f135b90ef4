using System.Text.Json;

namespace Xmtp.Interop.JavaScript;

/// <summary>An error that the JavaScript client threw.</summary>
internal sealed class JsException(string message, int? code) : Exception(message)
{
    /// <summary>The gRPC code that the node answered with, where the client kept it.</summary>
    public int? Code { get; } = code;

    public static JsException From(JsonElement error) => new(
        error.GetProperty("message").GetString()!,
        error.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.Number ? code.GetInt32() : null);
}
