using Grpc.Core;
using Grpc.Health.V1;
using Xmtp.Node.Calls;
using Xmtp.Node.Errors;
using Xmtp.Protocol.Errors;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Xmtp.Node.Readiness;

/// <summary>The standard gRPC health service: serving means what <c>/readyz</c> means.</summary>
internal sealed class GrpcHealthService(NodeHealth health) : Grpc.Health.V1.Health.HealthBase
{
    /// <inheritdoc/>
    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        if (!IsKnown(request.Service))
            throw RpcErrors.ToRpcException(new CallFailure(ErrorCatalogue.NotFound, $"there is no service named {request.Service}"));
        return Response(await health.CheckAsync().ConfigureAwait(false) ? ServingStatus.Serving : ServingStatus.NotServing);
    }

    /// <inheritdoc/>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var sent = ServingStatus.Unknown;
        while (true)
        {
            var changed = health.Changed;
            var status = !IsKnown(request.Service) ? ServingStatus.ServiceUnknown : health.IsReady ? ServingStatus.Serving : ServingStatus.NotServing;
            if (status != sent) await responseStream.WriteAsync(Response(status), context.CancellationToken).ConfigureAwait(false);
            sent = status;
            if (health.Stopping.IsCancellationRequested)
                throw RpcErrors.ToRpcException(new CallFailure(ErrorCatalogue.Unavailable, "the node is stopping"));
            await changed.WaitAsync(context.CancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsKnown(string service) => service.Length == 0 || service == ApiMethod.Publish.Service;

    private static HealthCheckResponse Response(ServingStatus status) => new() { Status = status };
}
