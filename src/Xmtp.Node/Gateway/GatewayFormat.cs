using Microsoft.Net.Http.Headers;

namespace Xmtp.Node.Gateway;

/// <summary>Which format a request has and which its answer gets.</summary>
/// <param name="BinaryRequest">Whether the body is binary protobuf; any other content type, or none, is JSON.</param>
/// <param name="BinaryResponse">Whether the answer is.</param>
internal readonly record struct GatewayFormat(bool BinaryRequest, bool BinaryResponse)
{
    /// <summary>The media type of binary bodies.</summary>
    public const string Protobuf = "application/x-protobuf";

    /// <summary>The media type of JSON answers.</summary>
    public const string Json = "application/json";

    /// <summary>Reads the headers. <c>Accept</c> counts only when it asks for protobuf and nothing else; otherwise the answer follows the body.</summary>
    public static GatewayFormat Of(HttpRequest request)
    {
        var binary = IsProtobuf(request.ContentType);
        var accept = request.Headers[HeaderNames.Accept];
        return new GatewayFormat(binary, binary || (accept.Count == 1 && string.Equals(accept[0], Protobuf, StringComparison.OrdinalIgnoreCase)));
    }

    private static bool IsProtobuf(string? contentType)
    {
        if (contentType is null) return false;
        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? contentType.AsSpan() : contentType.AsSpan(0, end)).Trim().Equals(Protobuf, StringComparison.OrdinalIgnoreCase);
    }
}
