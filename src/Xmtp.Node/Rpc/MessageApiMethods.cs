using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Xmtp.Node.Calls;
using Xmtp.Node.Errors;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Rpc;

/// <summary>
/// Tells the gRPC library the methods of the message API. The generated binding would do, but for one thing: a body that
/// is no such message becomes "unknown error" there, and the caller never learns that it was at fault.
/// </summary>
internal sealed class MessageApiMethods : IServiceMethodProvider<MessageApiService>
{
    private static readonly Marshaller<Envelope> s_envelope = MarshallerOf(Envelope.Parser);
    private static readonly Marshaller<SubscribeRequest> s_subscribe = MarshallerOf(SubscribeRequest.Parser);

    /// <inheritdoc/>
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<MessageApiService> context)
    {
        context.AddUnaryMethod(
            Define(ApiMethod.Publish, MethodType.Unary, MarshallerOf(PublishRequest.Parser), MarshallerOf(PublishResponse.Parser)), [],
            static (service, request, call) => service.Publish(request, call));
        context.AddUnaryMethod(
            Define(ApiMethod.Query, MethodType.Unary, MarshallerOf(QueryRequest.Parser), MarshallerOf(QueryResponse.Parser)), [],
            static (service, request, call) => service.Query(request, call));
        context.AddUnaryMethod(
            Define(ApiMethod.BatchQuery, MethodType.Unary, MarshallerOf(BatchQueryRequest.Parser, isNested: true), MarshallerOf(BatchQueryResponse.Parser)), [],
            static (service, request, call) => service.BatchQuery(request, call));
        context.AddServerStreamingMethod(
            Define(ApiMethod.Subscribe, MethodType.ServerStreaming, s_subscribe, s_envelope), [],
            static (service, request, responses, call) => service.Subscribe(request, responses, call));
        context.AddServerStreamingMethod(
            Define(ApiMethod.SubscribeAll, MethodType.ServerStreaming, MarshallerOf(SubscribeAllRequest.Parser), s_envelope), [],
            static (service, request, responses, call) => service.SubscribeAll(request, responses, call));
        context.AddDuplexStreamingMethod(
            Define(ApiMethod.Subscribe2, MethodType.DuplexStreaming, s_subscribe, s_envelope), [],
            static (service, requests, responses, call) => service.Subscribe2(requests, responses, call));
    }

    private static Method<TRequest, TResponse> Define<TRequest, TResponse>(
        ApiMethod method, MethodType type, Marshaller<TRequest> request, Marshaller<TResponse> response) =>
        new(type, method.Service, method.Name, request, response);

    private static Marshaller<T> MarshallerOf<T>(MessageParser<T> parser, bool isNested = false) where T : class, IMessage<T> => Marshallers.Create(
        static (message, context) =>
        {
            context.SetPayloadLength(message.CalculateSize());
            message.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        context =>
        {
            try
            {
                var payload = context.PayloadAsReadOnlySequence();
                ElementBound.Check(payload, isNested);
                return parser.ParseFrom(payload);
            }
            catch (Exception failure) when (failure is InvalidProtocolBufferException or XmtpException)
            {
                throw RpcErrors.ToRpcException(RpcErrors.Describe(failure));
            }
        });
}
