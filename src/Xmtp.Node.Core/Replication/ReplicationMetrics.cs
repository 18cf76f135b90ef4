using System.Diagnostics.Metrics;

namespace Xmtp.Node.Core.Replication;

/// <summary>What replication measures.</summary>
internal sealed class ReplicationMetrics
{
    public ReplicationMetrics(Meter meter)
    {
        Received = meter.CreateCounter<long>("xmtp.replication.received.entries", "{entry}", "Entries of other nodes' logs that were taken.");
        ReceivedBytes = meter.CreateCounter<long>("xmtp.replication.received", "By", "Bytes of those.");
        Sent = meter.CreateCounter<long>("xmtp.replication.sent.entries", "{entry}", "Entries sent to other nodes.");
        SentBytes = meter.CreateCounter<long>("xmtp.replication.sent", "By", "Bytes of those.");
        Refused = meter.CreateCounter<long>("xmtp.replication.refused", "{frame}", "Frames of entries that were not taken, by whose doing it was.");
        Evidence = meter.CreateCounter<long>("xmtp.replication.evidence", "{log}", "Logs frozen because their originators signed two histories.");
        Repaired = meter.CreateCounter<long>("xmtp.replication.repaired", "{entry}", "Damaged entries that were fetched again from other nodes.");
        Damaged = meter.CreateCounter<long>("xmtp.replication.damaged", "{entry}", "Entries whose stored bytes were found changed.");
        Live = meter.CreateCounter<long>("xmtp.replication.live", "{envelope}", "Ephemeral envelopes that came from other nodes.");
        LiveDropped = meter.CreateCounter<long>("xmtp.replication.live.dropped", "{envelope}", "Ephemeral envelopes from other nodes that were left out: repeats, or too many.");
    }

    public Counter<long> Received { get; }

    public Counter<long> ReceivedBytes { get; }

    public Counter<long> Sent { get; }

    public Counter<long> SentBytes { get; }

    public Counter<long> Refused { get; }

    public Counter<long> Evidence { get; }

    public Counter<long> Repaired { get; }

    public Counter<long> Damaged { get; }

    public Counter<long> Live { get; }

    public Counter<long> LiveDropped { get; }
}
