using System.Text;
using Xmtp.Node.Core.Subscriptions;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Ingest;

/// <summary>What an envelope must be to be accepted: nothing but sizes. Any text but one is a topic, any bytes are a message.</summary>
internal static class EnvelopeCheck
{
    /// <summary>Checks one envelope.</summary>
    /// <returns>Why it is refused (<c>InvalidArgument</c>, in the words that existing nodes use), or null.</returns>
    public static XmtpException? Refusal(Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        var topic = envelope.ContentTopic;
        // A UTF-16 unit takes at most three bytes: most topics need no counting.
        if (topic.Length * 3 > Limits.TopicLengthMaxBytes && Encoding.UTF8.GetByteCount(topic) > Limits.TopicLengthMaxBytes)
            return new(ErrorCatalogue.TopicTooLong, "topic length too big");
        if (envelope.Message.Length > Limits.MessageLengthMaxBytes)
            return new(ErrorCatalogue.MessageTooLong, "message too big");
        if (envelope.TimestampNs > Limits.TimestampMaxNs)
            return new(ErrorCatalogue.TimestampOutOfRange, "timestamp out of range");
        if (topic == PositionMarks.Topic)
            return new(ErrorCatalogue.TopicReserved, $"topic {PositionMarks.Topic} is the node's own");
        return null;
    }
}
