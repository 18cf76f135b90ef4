using Microsoft.Extensions.Logging;
using Xmtp.Client.Messages;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Diagnostics;

/// <summary>Tells the application and the log what was dropped.</summary>
internal sealed class DropReporter(IProgress<DroppedEnvelope>? listener, ILogger logger, ClientMetrics metrics)
{
    public void Report(DropReason reason, Envelope envelope)
    {
        metrics.Dropped(reason);
        ClientLog.Dropped(logger, envelope.ContentTopic, envelope.TimestampNs, reason);
        try
        {
            listener?.Report(new DroppedEnvelope(reason, new Topic(envelope.ContentTopic), envelope.TimestampNs));
        }
        catch (Exception failure)
        {
            // The application's code: its failure must not break a listing or a stream.
            ClientLog.HandlerFailed(logger, nameof(DroppedEnvelope), failure);
        }
    }
}
