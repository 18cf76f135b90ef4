using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Xmtp.Node.Calls;
using Xmtp.Node.Errors;
using Xmtp.Node.Readiness;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Rpc;

/// <summary>
/// Stands around the gRPC library's handling of one method: records every call, also one that the library refused before
/// any handler ran, and gives each failure of the library an entry of the error catalogue.
/// </summary>
/// <remarks>An interceptor would not do: the library calls it after the request was read and parsed.</remarks>
internal sealed class GrpcCallEndpoint(CallRecorder recorder, BodyBudget budget, NodeHealth health)
{
    private const string StatusHeader = "grpc-status";
    private const string MessageHeader = "grpc-message";
    private static readonly string[] s_statusHeaders = [StatusHeader, MessageHeader, CallFailure.CodeKey, CallFailure.RetryableKey, CallFailure.RetryAfterKey, CallMetadata.Ack];

    /// <summary>The endpoint with the recording around it.</summary>
    /// <param name="method">Which method it is.</param>
    /// <param name="inner">The library's handler.</param>
    public RequestDelegate Wrap(ApiMethod method, RequestDelegate inner) => context => InvokeAsync(method, inner, context);

    private async Task InvokeAsync(ApiMethod method, RequestDelegate inner, HttpContext context)
    {
        var begun = recorder.Begin(method);
        CallFailure? failure = null;
        var body = new BudgetedBodyReader(context.Request.BodyReader, budget);
        context.Features.Set<IRequestBodyPipeFeature>(body);
        // Streams of the reflection service end with their clients only, and those are people at a terminal.
        using var cut = method.IsReflection ? health.Stopping.UnsafeRegister(static state => ((HttpContext)state!).Abort(), context) : default;
        try
        {
            await inner(context).ConfigureAwait(false);
            failure = Complete(context);
        }
        catch (Exception exception)
        {
            failure = RpcErrors.Describe(exception);
            throw;
        }
        finally
        {
            body.Release();
            recorder.End(method, context, begun, failure);
        }
    }

    private static CallFailure? Complete(HttpContext context)
    {
        // Without a call the library did not take this for gRPC and has answered 415.
        if (context.Features.Get<IServerCallContextFeature>()?.ServerCallContext is not { } call)
            return new CallFailure(ErrorCatalogue.MalformedRequest, "the content type is not gRPC");
        if (call.Status.StatusCode == StatusCode.OK) return null;
        var code = call.ResponseTrailers.GetValue(CallFailure.CodeKey);
        CallFailure failure;
        if (code is not null && ErrorCatalogue.All.TryGetValue(code, out var known))
        {
            failure = new CallFailure(known, call.Status.Detail, Cause: call.Status.DebugException);
        }
        else
        {
            failure = RpcErrors.FromLibrary(call.Status);
            Replace(context, failure);
        }

        MoveToTrailers(context);
        return failure;
    }

    // Only where nothing was sent yet: a deadline completes the response on its own, and a broken connection has no reader.
    private static void Replace(HttpContext context, CallFailure failure)
    {
        var destination = context.Response.HasStarted ? context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers : context.Response.Headers;
        if (destination is null || destination.IsReadOnly || failure.Code == ErrorCatalogue.DeadlineExceeded || context.RequestAborted.IsCancellationRequested) return;
        destination[StatusHeader] = ((int)failure.Status).ToString(System.Globalization.CultureInfo.InvariantCulture);
        destination[MessageHeader] = Uri.EscapeDataString(failure.Message);
        foreach (var (key, value) in failure.Metadata()) destination[key] = value;
    }

    // In gRPC a status without a message travels in the headers. Browser clients want it in the body, where gRPC-Web has
    // its trailers, and report a missing body otherwise.
    private static void MoveToTrailers(HttpContext context)
    {
        if (context.Response.HasStarted || context.Features.Get<GrpcWebMarker>() is null) return;
        if (context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is not { } trailers) return;
        var headers = context.Response.Headers;
        foreach (var name in s_statusHeaders)
        {
            if (headers.Remove(name, out var value)) trailers[name] = value;
        }
    }
}
