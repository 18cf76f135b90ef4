using System.Diagnostics.Metrics;
using Xmtp.Node.Core.Replication;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Network;

/// <summary>What is measured of the network, for the life of the process: a node that leaves the network and comes back goes on with the same ones.</summary>
internal sealed class NetworkGauges
{
    private static readonly GetPeersResponse s_nobody = new();

    public NetworkGauges(Meter meter)
    {
        meter.CreateObservableGauge("xmtp.network.peers.known", () => Math.Max(0, Peers().Peers.Count - 1), "{node}", "Other nodes of the network that are known.");
        meter.CreateObservableGauge("xmtp.network.peers.linked", () => Count(LinkState.Connected), "{node}", "Other nodes that are connected.");
        meter.CreateObservableGauge("xmtp.network.peers.suspect", () => Count(LinkState.Suspect), "{node}", "Other nodes that are silent for longer than they should be.");
        meter.CreateObservableGauge("xmtp.replication.logs", () => Lag().Logs, "{log}", "Logs held, this node's own among them.");
        meter.CreateObservableGauge("xmtp.replication.logs.behind", () => Lag().LogsBehind, "{log}", "Logs of which a connected node has more.");
        meter.CreateObservableGauge("xmtp.replication.lag", () => (long)Lag().EntriesBehind, "{entry}", "Entries that a connected node has and this one does not.");
        meter.CreateObservableGauge("xmtp.replication.logs.frozen", () => Lag().Frozen, "{log}", "Logs frozen because their originators signed two histories.");
        Replication = new ReplicationMetrics(meter);
    }

    /// <summary>What replication counts.</summary>
    public ReplicationMetrics Replication { get; }

    private Func<GetPeersResponse> Peers { get; set; } = static () => s_nobody;

    private Func<ReplicationLag> Lag { get; set; } = static () => default;

    /// <summary>Measures a network that this node is in now.</summary>
    public void Begin(Func<GetPeersResponse> peers, Func<ReplicationLag> lag) => (Peers, Lag) = (peers, lag);

    /// <summary>It is in none any more. What it held last is still held.</summary>
    public void End() => Peers = static () => s_nobody;

    private int Count(LinkState link) => Peers().Peers.Count(peer => peer.Link == link);
}
