using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Membership;
using Xmtp.Node.Core.Replication;
using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Core.Network;

/// <summary>What a <see cref="NetworkEngine"/> is made of.</summary>
/// <param name="Key">The node's key.</param>
/// <param name="Options">How it takes part.</param>
/// <param name="Instance">This start of the process.</param>
/// <param name="Store">Where entries are read that others ask for.</param>
/// <param name="Logs">The logs held, as the writer moves them.</param>
/// <param name="Time">The clock.</param>
/// <param name="Random">For jitter and for choices among equals.</param>
/// <param name="Metrics">What replication measures.</param>
/// <param name="Logger">Where it logs.</param>
/// <param name="AdmissionProof">What joining costs, paid; empty where the network asks for nothing.</param>
internal sealed record NetworkEngineParts(
    NodeKey Key, NetworkOptions Options, NodeInstance Instance, IEnvelopeStore Store, LogTable Logs, TimeProvider Time, Random Random,
    ReplicationMetrics Metrics, ILogger Logger, ReadOnlyMemory<byte> AdmissionProof = default);
