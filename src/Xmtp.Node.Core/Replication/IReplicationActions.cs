using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Replication;

/// <summary>
/// What replication has done for it by its surroundings. None of these waits, fails or calls back before it returns; what they lead to
/// comes back through the methods of <see cref="Replicator"/> that are named.
/// </summary>
internal interface IReplicationActions
{
    /// <summary>Sends a frame to a linked node, after those sent before.</summary>
    void Send(NodeId node, Frame frame);

    /// <summary>Ends the link to a node that broke a rule.</summary>
    void Disconnect(NodeId node, string reason);

    /// <summary>Hands entries to the log's writer; see <see cref="Replicator.AppendedAsync"/>.</summary>
    void Append(HeldLog log, VerifiedEntries entries);

    /// <summary>Makes a log known to the store; see <see cref="Replicator.LogAdded"/>.</summary>
    void AddLog(LogName name, NodePublicKey key);

    /// <summary>Keeps for good that a log is frozen, and why.</summary>
    void Freeze(HeldLog log, ReadOnlyMemory<byte> evidence);

    /// <summary>Reads everything from a number on over a connection of its own; see <see cref="Replicator.RangeReceived"/> and <see cref="Replicator.RangeEnded"/>.</summary>
    void StartRange(NodeId holder, HeldLog log, ulong from);

    /// <summary>Ends such a reading. It is not reported any more.</summary>
    void StopRange(HeldLog log);

    /// <summary>Hands an ephemeral envelope to the live readers here.</summary>
    void DeliverLive(Envelope envelope);

    /// <summary>Lets this node's publishes go into a log: the one given, or a new incarnation.</summary>
    void BeginPublishes(HeldLog? log);

    /// <summary>Takes no publishes until <see cref="BeginPublishes"/> is called again.</summary>
    void StopPublishes();
}
