using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Replication;

/// <summary>What replication knows of one linked node, for as long as the link lasts.</summary>
internal sealed class PeerState(NodeId node)
{
    public NodeId Node { get; } = node;

    /// <summary>Up to where this node has each log, by its own word since the link began. Never remembered from an earlier link.</summary>
    public Dictionary<Hash256, ulong> Watermarks { get; } = [];

    /// <summary>Logs that this node follows here, and the number it gets next.</summary>
    public Dictionary<Hash256, SendCursor> Sending { get; } = [];

    /// <summary>Bytes of entries that it still takes.</summary>
    public long SendWindow { get; set; }

    /// <summary>Bytes of entries that we still take from it.</summary>
    public long ReceiveWindow { get; set; } = ReplicationLimits.WindowBytes;

    /// <summary>Bytes that are on our disk, and that it was not yet told it may send again.</summary>
    public long Creditable { get; set; }

    /// <summary>Watermarks that it is to be told.</summary>
    public Dictionary<Hash256, ulong> Acknowledge { get; } = [];

    /// <summary>Logs that were first heard of from it.</summary>
    public int Introduced { get; set; }

    /// <summary>Whether its vector is known, so that what is missing in <see cref="Watermarks"/> it does not have.</summary>
    public bool IsKnown { get; set; }

    /// <summary>
    /// Where the logs here ended when it was asked what it holds; null when it was not asked, or answered. "The same" is said of those
    /// ends, not of what was written since. A second question leaves the first one's ends, which can only claim less.
    /// </summary>
    public IReadOnlyList<(HeldLog Log, ulong End)>? Asked { get; set; }

    /// <summary>Up to where it has a log; 0 when it has none of it, or nothing is known.</summary>
    public ulong WatermarkOf(Hash256 log) => Watermarks.GetValueOrDefault(log);

    /// <summary>Notes how far it has a log. It only goes up: the exchange at the beginning of the link was its true state.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Raise(Hash256 log, ulong watermark)
    {
        if (Watermarks.TryGetValue(log, out var known) && known >= watermark) return false;
        Watermarks[log] = watermark;
        return true;
    }
}
