using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>
/// What a node that states positions says in between on a subscription: everything at or below came before. A reader that saves the
/// newest, after it has dealt with what came before, goes on from there on any node of the network.
/// </summary>
public static class PositionMark
{
    /// <summary>Whether an envelope of a subscription is a mark and no message.</summary>
    /// <param name="envelope">The envelope.</param>
    /// <param name="position">The position; null when it is no mark, or one that could not be handed back.</param>
    public static bool TryRead(Envelope envelope, out string? position)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        var isMark = NodeMetadata.IsMark(envelope);
        position = isMark ? NodeMetadata.MarkedPosition(envelope) : null;
        return isMark;
    }
}
