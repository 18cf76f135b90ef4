using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.Net.Http.Headers;
using Xmtp.Node.Calls;
using Xmtp.Node.Core;
using Xmtp.Node.Errors;
using Xmtp.Node.Metrics;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Gateway;

/// <summary>
/// A stream over HTTP: one JSON object per line for as long as the client listens. Never compressed, never an empty line, and
/// always JSON, since binary messages have no separator here.
/// </summary>
/// <param name="method">The method.</param>
/// <param name="recorder">Records the call.</param>
/// <param name="metrics">Counts what is sent.</param>
/// <param name="budget">What bodies may hold at once.</param>
/// <param name="time">Runs deadlines.</param>
/// <param name="readJson">Parses a JSON body.</param>
/// <param name="parser">Parses a protobuf body.</param>
/// <param name="open">Registers the reader.</param>
internal sealed class GatewayStreamCall<TRequest>(
    ApiMethod method, CallRecorder recorder, NodeHostMetrics metrics, BodyBudget budget, TimeProvider time, GatewayBody.JsonReader<TRequest> readJson,
    MessageParser<TRequest> parser, Func<TRequest, HttpContext, ISubscription> open)
    where TRequest : IMessage<TRequest>
{
    /// <summary>Handles the request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var begun = recorder.Begin(method);
        var format = GatewayFormat.Of(context.Request);
        CallFailure? failure = null;
        GatewayDeadline? deadline = null;
        try
        {
            deadline = GatewayDeadline.Of(context, time);
            var request = await GatewayBody.ReadAsync(context.Request, budget, format, readJson, parser, isNested: false, deadline.Token).ConfigureAwait(false);
            using var subscription = open(request, context);
            await BeginAsync(context.Response, deadline.Token).ConfigureAwait(false);
            await SendAsync(subscription, context.Response.BodyWriter, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = RpcErrors.Describe(exception, deadline is { IsOver: true });
            await FailAsync(context, failure, format).ConfigureAwait(false);
        }
        finally
        {
            deadline?.Dispose();
            recorder.End(method, context, begun, failure);
        }
    }

    private static async ValueTask BeginAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        response.ContentType = GatewayFormat.Json;
        response.Headers["Grpc-Metadata-Subscribed"] = "true";
        response.Headers[HeaderNames.CacheControl] = "no-cache";
        // Proxies of this kind hold a stream back until their buffer is full, unless told not to.
        response.Headers["X-Accel-Buffering"] = "no";
        await response.StartAsync(cancellationToken).ConfigureAwait(false);
        await response.BodyWriter.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task SendAsync(ISubscription subscription, PipeWriter output, CancellationToken cancellationToken)
    {
        await using var json = MessageJsonWriter.Create(output);
        await EnvelopePump.RunAsync(subscription, (envelope, flush, cancellationToken) => WriteAsync(json, output, envelope, flush, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private ValueTask WriteAsync(Utf8JsonWriter json, PipeWriter output, Envelope envelope, bool flush, CancellationToken cancellationToken)
    {
        json.Reset();
        MessageJsonWriter.WriteResult(json, envelope);
        json.Flush();
        output.Write("\n"u8);
        metrics.Sent(method);
        return flush ? FlushAsync(output, cancellationToken) : ValueTask.CompletedTask;
    }

    private static async ValueTask FlushAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        var result = await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        // The server reports a client that went away as a completed flush.
        if (result.IsCompleted || result.IsCanceled) throw new OperationCanceledException("the client went away");
    }

    private static async Task FailAsync(HttpContext context, CallFailure failure, GatewayFormat format)
    {
        if (context.RequestAborted.IsCancellationRequested) return;
        if (!context.Response.HasStarted)
        {
            await GatewayErrors.WriteAsync(context, failure, format.BinaryResponse).ConfigureAwait(false);
            return;
        }

        try
        {
            GatewayErrors.WriteLine(context.Response.BodyWriter, failure);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The client went away while it was told why the stream ends.
        }
    }
}
