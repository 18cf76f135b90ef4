using System.Collections.Frozen;
using Xmtp.Node.Calls;
using Xmtp.Node.Methods;
using Xmtp.Node.Metrics;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Gateway;

/// <summary>The calls of the JSON gateway by path. All are POST.</summary>
internal sealed class GatewayRoutes
{
    private readonly FrozenDictionary<string, RequestDelegate> _calls;

    public GatewayRoutes(
        PublishCall publish, QueryCall query, BatchQueryCall batchQuery, SubscribeCall subscribe, SubscribeAllCall subscribeAll,
        CallRecorder recorder, NodeHostMetrics metrics, BodyBudget budget, TimeProvider time) =>
        _calls = new Dictionary<string, RequestDelegate>
        {
            ["/message/v1/publish"] = new GatewayUnaryCall<PublishRequest, PublishResponse>(
                ApiMethod.Publish, recorder, budget, time, MessageJsonReader.ReadPublish, PublishRequest.Parser, publish.InvokeAsync,
                static (output, _, _) =>
                {
                    MessageJsonWriter.WriteEmpty(output);
                    return ValueTask.CompletedTask;
                },
                mayCompress: false).InvokeAsync,
            ["/message/v1/query"] = new GatewayUnaryCall<QueryRequest, QueryResponse>(
                ApiMethod.Query, recorder, budget, time, MessageJsonReader.ReadQuery, QueryRequest.Parser, query.InvokeAsync,
                MessageJsonWriter.WriteAsync, mayCompress: true).InvokeAsync,
            ["/message/v1/batch-query"] = new GatewayUnaryCall<BatchQueryRequest, BatchQueryResponse>(
                ApiMethod.BatchQuery, recorder, budget, time, MessageJsonReader.ReadBatchQuery, BatchQueryRequest.Parser, batchQuery.InvokeAsync,
                MessageJsonWriter.WriteAsync, mayCompress: true, isNested: true).InvokeAsync,
            ["/message/v1/subscribe"] = new GatewayStreamCall<SubscribeRequest>(
                ApiMethod.Subscribe, recorder, metrics, budget, time, MessageJsonReader.ReadSubscribe, SubscribeRequest.Parser, subscribe.Open).InvokeAsync,
            ["/message/v1/subscribe-all"] = new GatewayStreamCall<SubscribeAllRequest>(
                ApiMethod.SubscribeAll, recorder, metrics, budget, time, MessageJsonReader.ReadSubscribeAll, SubscribeAllRequest.Parser, subscribeAll.Open).InvokeAsync,
        }.ToFrozenDictionary();

    /// <summary>Finds the call behind a path.</summary>
    public bool TryGet(string path, out RequestDelegate? call) => _calls.TryGetValue(path, out call);
}
