using System.Globalization;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Transport;

/// <summary>The one place that turns a gRPC status into a failure of ours.</summary>
internal static class GrpcFailure
{
    // Ours say which failure it is; other nodes give a status alone.
    private const string CodeKey = "xmtp-error-code";
    private const string RetryAfterKey = "retry-after";

    /// <summary>Runs a call, or a part of one, so that it fails as the transport's contract says.</summary>
    public static async Task<T> GuardAsync<T>(Task<T> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(failure.Message, failure, cancellationToken);
        }
        catch (RpcException failure)
        {
            throw ToException(failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The library cancels what it was doing when a connection breaks or cannot be made.
            throw new NodeException(ErrorCatalogue.Unavailable, "unavailable: the call was cut off", failure);
        }
    }

    /// <summary>The answers of a call to their end, which fails as the transport's contract says.</summary>
    public static async IAsyncEnumerable<T> ReadAllAsync<T>(IAsyncStreamReader<T> answers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await GuardAsync(answers.MoveNext(cancellationToken), cancellationToken).ConfigureAwait(false)) yield return answers.Current;
    }

    public static NodeException ToException(RpcException failure)
    {
        var detail = string.IsNullOrEmpty(failure.Status.Detail) ? failure.StatusCode.ToString() : failure.Status.Detail;
        var code = IsResponseTooLarge(failure) ? ErrorCatalogue.ResponseTooLarge : Classify(failure);
        if (code == ErrorCatalogue.DeadlineExceeded && NodeMetadata.ReachedLevel(failure.Trailers) is not null) code = ErrorCatalogue.AcknowledgementNotReached;
        if (code == ErrorCatalogue.AcknowledgementNotReached) return NotReached(failure);
        return new NodeException(code, $"{code.Name}: {detail}", failure.StatusCode, RetryAfter(failure.Trailers), failure);
    }

    private static NodeException NotReached(RpcException failure)
    {
        var reached = NodeMetadata.ReachedLevel(failure.Trailers) ?? AckLevel.Local;
        return new NodeException(
            ErrorCatalogue.AcknowledgementNotReached, $"what was published is stored, but only {reached} was reached in time", failure.StatusCode, null, failure)
        {
            Reached = reached,
        };
    }

    private static ErrorCode Classify(RpcException failure) =>
        failure.Trailers.GetValue(CodeKey) is { } id && ErrorCatalogue.All.TryGetValue(id, out var code) && code.Status == failure.StatusCode
            ? code
            : ClassifyStatus(failure);

    private static ErrorCode ClassifyStatus(RpcException failure) => failure.StatusCode switch
    {
        StatusCode.InvalidArgument or StatusCode.OutOfRange or StatusCode.FailedPrecondition => ErrorCatalogue.MalformedRequest,
        StatusCode.Unauthenticated => ErrorCatalogue.Unauthenticated,
        StatusCode.PermissionDenied => ErrorCatalogue.TopicRestricted,
        StatusCode.ResourceExhausted => ErrorCatalogue.RateLimited,
        StatusCode.NotFound => ErrorCatalogue.NotFound,
        StatusCode.Unimplemented => ErrorCatalogue.MethodNotAllowed,
        StatusCode.DeadlineExceeded => ErrorCatalogue.DeadlineExceeded,

        // Cancelled by the other side: the caller's own cancellation never comes here.
        StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Aborted => ErrorCatalogue.Unavailable,
        _ => IsConnectionFailure(failure) ? ErrorCatalogue.Unavailable : ErrorCatalogue.Internal,
    };

    /// <summary>A connection that breaks in the middle of an answer is reported as an internal error of the call.</summary>
    private static bool IsConnectionFailure(RpcException failure) =>
        failure.Status.DebugException is HttpRequestException or IOException;

    /// <summary>The library refuses long answers with the status that nodes use for "too many requests"; only the text tells.</summary>
    private static bool IsResponseTooLarge(RpcException failure) =>
        failure.StatusCode == StatusCode.ResourceExhausted &&
        failure.Status.Detail.StartsWith("Received message exceeds", StringComparison.Ordinal);

    private static TimeSpan? RetryAfter(Metadata trailers) =>
        double.TryParse(trailers.GetValue(RetryAfterKey), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 86_400
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
