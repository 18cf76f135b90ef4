using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Core.Replication;

/// <summary>What the parts of replication share. One owner uses it: see <see cref="Replicator"/>.</summary>
internal sealed class ReplicationContext(
    NodeId self, IEnvelopeStore store, LogTable logs, IPeerDirectory directory, IReplicationActions actions, TimeProvider time, Random random,
    ReplicationMetrics metrics, ILogger logger)
{
    public NodeId Self { get; } = self;

    public IEnvelopeStore Store { get; } = store;

    public LogTable Logs { get; } = logs;

    public IPeerDirectory Directory { get; } = directory;

    public IReplicationActions Actions { get; } = actions;

    public TimeProvider Time { get; } = time;

    public Random Random { get; } = random;

    public ReplicationMetrics Metrics { get; } = metrics;

    public ILogger Logger { get; } = logger;

    /// <summary>The linked nodes, by id, so that every run goes through them in one order.</summary>
    public SortedDictionary<NodeId, PeerState> Peers { get; } = [];

    /// <summary>The log that publishes go to; null while they are refused.</summary>
    public HeldLog? OwnLog { get; set; }

    /// <summary>Hears how far another node has a log of this node on its disk: what publishers wait for.</summary>
    public Action<HeldLog, NodeId, ulong>? Acknowledged { get; set; }

    /// <summary>Hears of every link that begins: what was known of the node from an earlier one counts no more.</summary>
    public Action<NodeId>? LinkBegan { get; set; }

    /// <summary>Notes how far a node has a log on its disk.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Raise(PeerState peer, HeldLog log, ulong watermark)
    {
        if (!peer.Raise(log.Hash, watermark)) return false;
        if (log.IsWritable && watermark <= log.End.Sequence) Acknowledged?.Invoke(log, peer.Node, watermark);
        return true;
    }

    /// <summary>A timestamp of the injected clock, some time from now.</summary>
    public long After(TimeSpan delay) => Time.GetTimestamp() + (long)(delay.TotalSeconds * Time.TimestampFrequency);

    public bool IsOver(long timestamp) => Time.GetTimestamp() >= timestamp;

    /// <summary>Linked nodes in random order.</summary>
    public PeerState[] Shuffled()
    {
        PeerState[] peers = [.. Peers.Values];
        Random.Shuffle(peers);
        return peers;
    }
}
