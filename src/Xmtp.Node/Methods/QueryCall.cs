using Xmtp.Node.Calls;
using Xmtp.Node.Core;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Methods;

/// <summary>Query: one page of stored envelopes.</summary>
internal sealed class QueryCall(MessageService service, Admission admission)
{
    public ValueTask<QueryResponse> InvokeAsync(QueryRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        admission.Charge(context, 1);
        PositionedReading.StateBeforeQuery(context, service);
        return new(service.QueryAsync(request, cancellationToken));
    }
}
