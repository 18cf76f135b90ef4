using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Xmtp.Node.Calls;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Errors;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Network;

/// <summary>What other nodes call. Who they are, the TLS handshake has proved; without a key there is nothing here.</summary>
internal sealed class ReplicationService(NetworkHandle network, ILogger<ReplicationService> logger) : IServiceMethodProvider<ReplicationService>
{
    /// <inheritdoc/>
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<ReplicationService> context)
    {
        context.AddDuplexStreamingMethod(NetworkMethods.Replicate, [], static (service, requests, responses, call) => service.ReplicateAsync(requests, responses, call));
        context.AddServerStreamingMethod(NetworkMethods.ReadRange, [], static (service, request, responses, call) => service.ReadRangeAsync(request, responses, call));
    }

    private async Task ReplicateAsync(IAsyncStreamReader<Frame> requests, IServerStreamWriter<Frame> responses, ServerCallContext call) =>
        await RunAsync(call, async (remote, end) =>
        {
            var service = network.Service;
            // The dialling node knows by them that its call was taken.
            await call.WriteResponseHeadersAsync([]).ConfigureAwait(false);
            var connection = new AcceptedPeerConnection(remote, RemoteAddress(call), requests, responses);
            await using (connection.ConfigureAwait(false)) await service.ServeAsync(connection, end).ConfigureAwait(false);
        }).ConfigureAwait(false);

    private async Task ReadRangeAsync(ReadRangeRequest request, IServerStreamWriter<Entries> responses, ServerCallContext call) =>
        await RunAsync(call, async (remote, end) =>
        {
            await foreach (var entries in network.Service.ReadRangeAsync(request, remote, end).ConfigureAwait(false))
                await responses.WriteAsync(entries, end).ConfigureAwait(false);
        }).ConfigureAwait(false);

    private async Task RunAsync(ServerCallContext call, Func<NodePublicKey, CancellationToken, Task> serve)
    {
        try
        {
            if (!NodeCertificate.TryReadKey(call.GetHttpContext().Connection.ClientCertificate, out var remote))
                throw new XmtpException(ErrorCatalogue.Unauthenticated, "this is between nodes: show the certificate of a node key");
            using var end = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, network.Stopping);
            await serve(remote, end.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            var failure = RpcErrors.Describe(exception);
            if (failure.Status == StatusCode.Internal) logger.CallOfNodeFailed(call.Method, call.Peer, exception);
            throw RpcErrors.ToRpcException(failure);
        }
    }

    private static string RemoteAddress(ServerCallContext call)
    {
        var connection = call.GetHttpContext().Connection;
        return connection.RemoteIpAddress is { } address ? ClientAddress.Format(new(address, connection.RemotePort)) : "unknown";
    }
}
