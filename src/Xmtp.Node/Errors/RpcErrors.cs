using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Xmtp.Node.Core.RateLimits;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Errors;

/// <summary>The one place where failures become statuses, for gRPC, gRPC-Web and HTTP alike.</summary>
internal static class RpcErrors
{
    /// <summary>Names the failure behind an exception.</summary>
    /// <param name="exception">What a call ended with.</param>
    /// <param name="deadlinePassed">Whether the caller's deadline is over, which is why things were cancelled.</param>
    public static CallFailure Describe(Exception exception, bool deadlinePassed = false) => exception switch
    {
        XmtpException failure => new(failure.Code, failure.Message, (failure as RateLimitExceededException)?.RetryAfter, failure),
        OperationCanceledException when deadlinePassed => new(ErrorCatalogue.DeadlineExceeded, "the caller's deadline passed before the answer"),
        OperationCanceledException => new(ErrorCatalogue.Cancelled, "the caller went away before the answer"),
        InvalidProtocolBufferException failure => Malformed(failure),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge(),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => new(ErrorCatalogue.DeadlineExceeded, "the request's body arrived too slowly"),
        BadHttpRequestException failure => new(ErrorCatalogue.MalformedRequest, $"the request is not valid HTTP: {failure.Message}"),
        JsonException => new(ErrorCatalogue.MalformedRequest, "the body is not valid JSON"),
        // Kestrel reports a connection that broke while it was read or written this way.
        IOException failure => new(ErrorCatalogue.Cancelled, "the connection broke before the answer", Cause: failure),
        _ => new(ErrorCatalogue.Internal, "the node failed to handle this request; its log says why", Cause: exception),
    };

    /// <summary>A body that is no such protobuf message.</summary>
    public static CallFailure Malformed(InvalidProtocolBufferException exception) =>
        new(ErrorCatalogue.MalformedRequest, "the body is not a valid protobuf message of this method's request type", Cause: exception);

    /// <summary>A request that is too large.</summary>
    /// <param name="lengthMax">The largest, in bytes.</param>
    public static CallFailure TooLarge(int lengthMax = Limits.RequestLengthMaxBytes) =>
        new(ErrorCatalogue.RequestTooLarge, $"received message larger than max ({lengthMax} bytes)");

    /// <summary>The failure as gRPC wants it thrown, with its metadata as trailers.</summary>
    public static RpcException ToRpcException(CallFailure failure)
    {
        var trailers = new Metadata();
        foreach (var (key, value) in failure.Metadata()) trailers.Add(key, value);
        return new RpcException(new Status(failure.Status, failure.Message, failure.Cause), trailers);
    }

    /// <summary>The HTTP status that stands for a gRPC status on the gateway.</summary>
    public static int HttpStatus(StatusCode status) => status switch
    {
        StatusCode.OK => StatusCodes.Status200OK,
        StatusCode.Cancelled => StatusCodes.Status499ClientClosedRequest,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unimplemented => StatusCodes.Status501NotImplemented,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>
    /// What a status means which the gRPC library gave on its own, before a handler ran: it could not read the request.
    /// Such a status carries no entry of the catalogue, and for broken frames blames the node.
    /// </summary>
    /// <param name="status">Status and text of the library.</param>
    public static CallFailure FromLibrary(Status status) => status.StatusCode switch
    {
        StatusCode.ResourceExhausted => TooLarge(),
        StatusCode.Unimplemented => new(ErrorCatalogue.EncodingUnsupported, status.Detail),
        StatusCode.DeadlineExceeded => new(ErrorCatalogue.DeadlineExceeded, status.Detail),
        StatusCode.Cancelled => new(ErrorCatalogue.Cancelled, status.Detail),
        StatusCode.Unknown when status.DebugException is { } cause => FromReading(cause),
        _ => new(ErrorCatalogue.MalformedRequest, $"the request is not a valid gRPC message: {status.Detail}"),
    };

    /// <summary>What an exception means that came up while the gRPC library read a request.</summary>
    public static CallFailure FromReading(Exception cause) => cause switch
    {
        // A frame with an impossible flag or length, or gzip that does not unpack.
        InvalidDataException => new(ErrorCatalogue.MalformedRequest, $"the request is not a valid gRPC message: {cause.Message}"),
        IOException when cause.Message.StartsWith("Message too large", StringComparison.Ordinal) => TooLarge(),
        _ => Describe(cause),
    };
}
