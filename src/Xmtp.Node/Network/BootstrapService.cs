using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Xmtp.Node.Calls;
using Xmtp.Node.Errors;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Network;

/// <summary>What anybody may ask about the network, on the node port and on every gRPC port of clients. It counts like a query.</summary>
internal sealed class BootstrapService(NetworkHandle network, Admission admission) : IServiceMethodProvider<BootstrapService>
{
    /// <inheritdoc/>
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<BootstrapService> context)
    {
        context.AddUnaryMethod(NetworkMethods.GetPeers, [], static (service, _, call) => service.Answer(call, static network => network.Service.GetPeers()));
        context.AddUnaryMethod(NetworkMethods.GetHeads, [], static (service, _, call) => service.Answer(call, static network => network.Service.GetHeads()));
        context.AddServerStreamingMethod(NetworkMethods.WatchPeers, [], static (service, _, responses, call) => service.WatchPeersAsync(responses, call));
    }

    private Task<TResponse> Answer<TResponse>(ServerCallContext call, Func<NetworkHandle, TResponse> answer)
    {
        try
        {
            admission.ChargeAlways(call.GetHttpContext(), 1);
            return Task.FromResult(answer(network));
        }
        catch (Exception exception)
        {
            throw RpcErrors.ToRpcException(RpcErrors.Describe(exception));
        }
    }

    private async Task WatchPeersAsync(IServerStreamWriter<PeerChange> responses, ServerCallContext call)
    {
        try
        {
            admission.ChargeAlways(call.GetHttpContext(), 1);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, network.Stopping);
            await foreach (var change in network.Service.WatchPeersAsync(end.Token).ConfigureAwait(false))
                await responses.WriteAsync(change, end.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            var isStopping = exception is OperationCanceledException && network.Stopping.IsCancellationRequested;
            throw RpcErrors.ToRpcException(isStopping ? new CallFailure(ErrorCatalogue.Unavailable, "the node is stopping") : RpcErrors.Describe(exception));
        }
    }
}
