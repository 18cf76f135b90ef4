using Grpc.Core;
using Xmtp.Node.Calls;
using Xmtp.Node.Core;
using Xmtp.Node.Errors;
using Xmtp.Node.Methods;
using Xmtp.Node.Metrics;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Rpc;

/// <summary>The message API over gRPC and gRPC-Web: hands each call to its class and turns failures into statuses.</summary>
internal sealed class MessageApiService(
    PublishCall publish, QueryCall query, BatchQueryCall batchQuery, SubscribeCall subscribe, Subscribe2Call subscribe2, SubscribeAllCall subscribeAll,
    NodeHostMetrics metrics, TimeProvider time)
{
    private const string GrpcEncoding = "grpc-encoding";
    private const string Gzip = "gzip";

    private static readonly WriteOptions s_send = new();
    private static readonly WriteOptions s_collect = new(WriteFlags.BufferHint);

    public Task<PublishResponse> Publish(PublishRequest request, ServerCallContext call) => UnaryAsync(publish.InvokeAsync, request, call);

    public Task<QueryResponse> Query(QueryRequest request, ServerCallContext call) => UnaryAsync(query.InvokeAsync, request, call);

    public Task<BatchQueryResponse> BatchQuery(BatchQueryRequest request, ServerCallContext call) => UnaryAsync(batchQuery.InvokeAsync, request, call);

    public Task Subscribe(SubscribeRequest request, IServerStreamWriter<Envelope> responses, ServerCallContext call) =>
        StreamAsync(ApiMethod.Subscribe, subscribe.Open, request, responses, call);

    public Task SubscribeAll(SubscribeAllRequest request, IServerStreamWriter<Envelope> responses, ServerCallContext call) =>
        StreamAsync(ApiMethod.SubscribeAll, subscribeAll.Open, request, responses, call);

    public async Task Subscribe2(IAsyncStreamReader<SubscribeRequest> requests, IServerStreamWriter<Envelope> responses, ServerCallContext call)
    {
        var context = call.GetHttpContext();
        try
        {
            await subscribe2.RunAsync(
                requests, context, () => BeginAsync(context, call), Writer(ApiMethod.Subscribe2, responses), call.CancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Refuse(exception, call);
        }
    }

    private async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        Func<TRequest, HttpContext, CancellationToken, ValueTask<TResponse>> invoke, TRequest request, ServerCallContext call)
    {
        var context = call.GetHttpContext();
        try
        {
            var response = await invoke(request, context, call.CancellationToken).ConfigureAwait(false);
            if (WantsGzip(context)) await call.WriteResponseHeadersAsync(WithGzip([])).ConfigureAwait(false);
            return response;
        }
        catch (Exception exception)
        {
            throw Refuse(exception, call);
        }
    }

    private async Task StreamAsync<TRequest>(
        ApiMethod method, Func<TRequest, HttpContext, ISubscription> open, TRequest request, IServerStreamWriter<Envelope> responses, ServerCallContext call)
    {
        var context = call.GetHttpContext();
        try
        {
            using var subscription = open(request, context);
            await BeginAsync(context, call).ConfigureAwait(false);
            await EnvelopePump.RunAsync(subscription, Writer(method, responses), call.CancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            throw Refuse(exception, call);
        }
    }

    // The first byte of a stream is its headers: browsers and native clients wait for them before they go on.
    private static Task BeginAsync(HttpContext context, ServerCallContext call)
    {
        var headers = new Metadata { { "subscribed", "true" } };
        return call.WriteResponseHeadersAsync(WantsGzip(context) ? WithGzip(headers) : headers);
    }

    private EnvelopePump.EnvelopeWriter Writer(ApiMethod method, IServerStreamWriter<Envelope> responses) => (envelope, flush, cancellationToken) =>
    {
        responses.WriteOptions = flush ? s_send : s_collect;
        metrics.Sent(method);
        return new ValueTask(responses.WriteAsync(envelope, cancellationToken));
    };

    // A client that compresses gets compressed answers, as from other gRPC servers; the rest are spared the work.
    private static bool WantsGzip(HttpContext context) => context.Request.Headers[GrpcEncoding] == Gzip;

    private static Metadata WithGzip(Metadata headers)
    {
        headers.Add("grpc-internal-encoding-request", Gzip);
        return headers;
    }

    private RpcException Refuse(Exception exception, ServerCallContext call) =>
        RpcErrors.ToRpcException(RpcErrors.Describe(exception, deadlinePassed: call.Deadline <= time.GetUtcNow().UtcDateTime));
}
