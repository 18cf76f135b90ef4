using Xmtp.Node.Calls;
using Xmtp.Node.Core;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Methods;

/// <summary>SubscribeAll: everything that is published from now on, or above a position. Push servers live on it.</summary>
internal sealed class SubscribeAllCall(MessageService service, Admission admission)
{
    /// <summary>Registers the reader.</summary>
    public ISubscription Open(SubscribeAllRequest request, HttpContext context)
    {
        _ = request;
        admission.Charge(context, 1);
        return PositionedReading.OpenAll(context, service);
    }
}
