using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Xmtp.Node.Calls;
using Xmtp.Node.Errors;
using Xmtp.Node.Options;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Admin;

/// <summary>Where every request of an operator comes in.</summary>
internal sealed class AdminEntry(AdminGuard guard, IReadOnlyList<AdminRoute> routes, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan s_refusalsInterval = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly RunningCalls _running = new();
    private readonly Lock _lock = new();
    private long? _refusalTold;

    /// <summary>Ends what is under way.</summary>
    public void BeginStop() => _stopping.Cancel();

    /// <summary>Handles one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        _running.Enter();
        try
        {
            await ServeAsync(context).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await FailAsync(context, exception).ConfigureAwait(false);
        }
        finally
        {
            _running.Leave();
        }
    }

    /// <summary>Waits for what was under way: it uses parts of the node that are about to go.</summary>
    public async ValueTask DisposeAsync()
    {
        await _running.IdleAsync(CancellationToken.None).ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        guard.Check(context);
        var request = context.Request;
        var path = request.Path.Value ?? string.Empty;
        AdminRoute? route = null;
        var (isKnown, name) = (false, string.Empty);
        foreach (var candidate in routes)
        {
            if (!candidate.Matches(path, out name)) continue;
            isKnown = true;
            if (candidate.Method != request.Method) continue;
            route = candidate;
            break;
        }

        if (route is null) throw new XmtpException(isKnown ? ErrorCatalogue.MethodNotAllowed : ErrorCatalogue.NotFound, isKnown ? $"{path} has no {request.Method}" : $"there is no {path}");
        if (route.StreamsBody && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        await route.Handle(new AdminCall(context, name, logger, end.Token)).ConfigureAwait(false);
    }

    private async Task FailAsync(HttpContext context, Exception exception)
    {
        if (context.RequestAborted.IsCancellationRequested) return;
        var failure = exception switch
        {
            NodeOptionsException problem => new CallFailure(ErrorCatalogue.AdminRequestInvalid, string.Join("; ", problem.Errors)),
            OperationCanceledException when _stopping.IsCancellationRequested => new CallFailure(ErrorCatalogue.Unavailable, "the node is stopping"),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => RpcErrors.TooLarge(AdminPort.BodyMaxBytes),
            BadHttpRequestException => RpcErrors.Describe(exception),
            IOException => new CallFailure(ErrorCatalogue.StorageFailed, exception.Message, Cause: exception),
            _ => RpcErrors.Describe(exception),
        };
        if (failure.Code == ErrorCatalogue.AdminHostRefused || failure.Code == ErrorCatalogue.AdminTokenRefused) TellRefusal(context, failure.Message);
        else if (failure.Cause is { } cause && failure.Code != ErrorCatalogue.Cancelled && cause is not XmtpException) logger.OperatorRequestFailed(context.Request.Method, context.Request.Path.Value ?? string.Empty, cause);
        if (context.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            context.Abort();
            return;
        }

        // What the catalogue advises for these is about the gateway.
        var advice = failure.Code == ErrorCatalogue.NotFound || failure.Code == ErrorCatalogue.MethodNotAllowed ? ErrorCatalogue.AdminRequestInvalid.Advice : failure.Code.Advice;
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new AdminFailure(failure.Code.Id, failure.Message, advice, failure.Code.Retryable), AdminJson.Default.AdminFailure);
        context.Response.StatusCode = failure.Code == ErrorCatalogue.OperationRefused ? StatusCodes.Status409Conflict
            : failure.Code == ErrorCatalogue.MethodNotAllowed ? StatusCodes.Status405MethodNotAllowed
            : failure.Code == ErrorCatalogue.RequestTooLarge ? StatusCodes.Status413PayloadTooLarge
            : RpcErrors.HttpStatus(failure.Status);
        context.Response.ContentType = MediaTypeNames.Application.Json;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Anybody can be refused, as often as he likes: told of once a minute.</summary>
    private void TellRefusal(HttpContext context, string reason)
    {
        lock (_lock)
        {
            if (_refusalTold is { } told && time.GetElapsedTime(told) < s_refusalsInterval) return;
            _refusalTold = time.GetTimestamp();
        }

        logger.OperatorRefused(new ClientAddress(context.Connection.RemoteIpAddress, IsLocal: false).ToString(), reason);
    }
}
