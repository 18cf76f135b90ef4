using System.IO.Compression;
using System.IO.Pipelines;
using Google.Protobuf;
using Microsoft.Net.Http.Headers;
using Xmtp.Node.Calls;
using Xmtp.Node.Errors;

namespace Xmtp.Node.Gateway;

/// <summary>One request, one answer, over HTTP.</summary>
/// <param name="method">The method.</param>
/// <param name="recorder">Records the call.</param>
/// <param name="budget">What bodies may hold at once.</param>
/// <param name="time">Runs deadlines.</param>
/// <param name="readJson">Parses a JSON body.</param>
/// <param name="parser">Parses a protobuf body.</param>
/// <param name="invoke">Does it.</param>
/// <param name="writeJson">Writes a JSON answer.</param>
/// <param name="isNested">Whether the request's fields are messages with repeated fields of their own.</param>
/// <param name="mayCompress">Whether the answer is compressed for clients that accept it.</param>
internal sealed class GatewayUnaryCall<TRequest, TResponse>(
    ApiMethod method, CallRecorder recorder, BodyBudget budget, TimeProvider time, GatewayBody.JsonReader<TRequest> readJson, MessageParser<TRequest> parser,
    Func<TRequest, HttpContext, CancellationToken, ValueTask<TResponse>> invoke,
    Func<PipeWriter, TResponse, CancellationToken, ValueTask> writeJson, bool mayCompress, bool isNested = false)
    where TRequest : IMessage<TRequest>
    where TResponse : IMessage<TResponse>
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
            var request = await GatewayBody.ReadAsync(context.Request, budget, format, readJson, parser, isNested, deadline.Token).ConfigureAwait(false);
            var response = await invoke(request, context, deadline.Token).ConfigureAwait(false);
            await WriteAsync(context, format, response).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = RpcErrors.Describe(exception, deadline is { IsOver: true });
            if (context.Response.HasStarted) context.Abort();
            else if (!context.RequestAborted.IsCancellationRequested) await GatewayErrors.WriteAsync(context, failure, format.BinaryResponse).ConfigureAwait(false);
        }
        finally
        {
            deadline?.Dispose();
            recorder.End(method, context, begun, failure);
        }
    }

    private async ValueTask WriteAsync(HttpContext context, GatewayFormat format, TResponse response)
    {
        context.Response.ContentType = format.BinaryResponse ? GatewayFormat.Protobuf : GatewayFormat.Json;
        if (mayCompress)
        {
            context.Response.Headers[HeaderNames.Vary] = HeaderNames.AcceptEncoding;
            if (AcceptsGzip(context.Request))
            {
                context.Response.Headers[HeaderNames.ContentEncoding] = "gzip";
                await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
                var output = PipeWriter.Create(gzip, new StreamPipeWriterOptions(leaveOpen: true));
                await WriteAsync(output, format, response, context.RequestAborted).ConfigureAwait(false);
                await output.CompleteAsync().ConfigureAwait(false);
                return;
            }
        }

        if (format.BinaryResponse) context.Response.ContentLength = response.CalculateSize();
        // Before the headers are out the server hands out stand-in memory, which it copies later.
        await context.Response.StartAsync(context.RequestAborted).ConfigureAwait(false);
        await WriteAsync(context.Response.BodyWriter, format, response, context.RequestAborted).ConfigureAwait(false);
    }

    private async ValueTask WriteAsync(PipeWriter output, GatewayFormat format, TResponse response, CancellationToken cancellationToken)
    {
        if (format.BinaryResponse)
        {
            // The protobuf library begins by giving back memory that it has not asked for yet, which the server refuses.
            output.GetSpan();
            response.WriteTo(output);
        }
        else
        {
            await writeJson(output, response, cancellationToken).ConfigureAwait(false);
        }

        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static bool AcceptsGzip(HttpRequest request)
    {
        foreach (var line in request.Headers[HeaderNames.AcceptEncoding])
        {
            if (line is not null && line.Contains("gzip", StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
