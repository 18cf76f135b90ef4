using Xmtp.Node.Calls;
using Xmtp.Node.Core;
using Xmtp.Node.Metrics;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Methods;

/// <summary>Subscribe: what is published on some topics from now on.</summary>
internal sealed class SubscribeCall(MessageService service, Admission admission, NodeHostMetrics metrics, ClientVersionTable versions)
{
    /// <summary>Registers the reader; the transport sends its headers afterwards, so whoever has seen them misses nothing.</summary>
    public ISubscription Open(SubscribeRequest request, HttpContext context)
    {
        admission.Charge(context, 1);
        metrics.Subscribed(request.ContentTopics.Count, versions.Read(context.Request.Headers));
        return PositionedReading.Open(context, service, request.ContentTopics);
    }
}
