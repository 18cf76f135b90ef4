using Xmtp.Node.Calls;
using Xmtp.Node.Core;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Methods;

/// <summary>BatchQuery: one page for each of many queries.</summary>
internal sealed class BatchQueryCall(MessageService service, Admission admission)
{
    public ValueTask<BatchQueryResponse> InvokeAsync(BatchQueryRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        admission.Charge(context, request.Requests.Count);
        PositionedReading.StateBeforeQuery(context, service);
        return new(service.BatchQueryAsync(request, cancellationToken));
    }
}
