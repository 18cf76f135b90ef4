using Microsoft.Net.Http.Headers;

namespace Xmtp.Node.Gateway;

/// <summary>Lets pages of any origin call this node. There are no cookies to protect: a publish carries its token itself.</summary>
internal static class GatewayCors
{
    private const string AnyOrigin = "*";
    private const string MaxAgeSeconds = "1728000";
    private const string ExposedHeaders =
        "grpc-status, grpc-message, grpc-status-details-bin, xmtp-error-code, xmtp-retryable, xmtp-ack, xmtp-position, xmtp-position-ignored, subscribed, " +
        "Retry-After, Grpc-Metadata-Subscribed, Grpc-Metadata-Xmtp-Error-Code, Grpc-Metadata-Xmtp-Retryable, Grpc-Metadata-Xmtp-Ack, " +
        "Grpc-Metadata-Xmtp-Position, Grpc-Metadata-Xmtp-Position-Ignored";

    private const string GrpcWebHeaders =
        "Authorization, Xmtp-Ack, Xmtp-Position, X-Client-Version, X-App-Version, X-Libxmtp-Version, Content-Type, User-Agent, X-User-Agent, X-Grpc-Web, Grpc-Timeout, Grpc-Accept-Encoding, " +
        "Keep-Alive, Cache-Control, Content-Transfer-Encoding, X-Accept-Content-Transfer-Encoding, X-Accept-Response-Streaming";

    private const string GatewayHeaders = "Accept, Baggage, DNT, Sec-CH-UA, Sec-CH-UA-Mobile, Sec-CH-UA-Platform, Sentry-Trace";

    /// <summary>Marks an answer as readable from anywhere.</summary>
    public static void Allow(HttpResponse response)
    {
        var headers = response.Headers;
        headers[HeaderNames.AccessControlAllowOrigin] = AnyOrigin;
        headers[HeaderNames.AccessControlExposeHeaders] = ExposedHeaders;
    }

    /// <summary>Whether a browser asks for permission before the request itself.</summary>
    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod);

    /// <summary>Gives it, for twenty days.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="isGrpcWebPort">Whether only gRPC-Web is served here.</param>
    public static void AnswerPreflight(HttpResponse response, bool isGrpcWebPort)
    {
        Allow(response);
        var headers = response.Headers;
        headers[HeaderNames.AccessControlAllowMethods] = isGrpcWebPort ? "GET, PUT, DELETE, POST, OPTIONS" : "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
        headers[HeaderNames.AccessControlAllowHeaders] = isGrpcWebPort ? GrpcWebHeaders : $"{GrpcWebHeaders}, {GatewayHeaders}";
        headers[HeaderNames.AccessControlMaxAge] = MaxAgeSeconds;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentLength = 0;
    }
}
