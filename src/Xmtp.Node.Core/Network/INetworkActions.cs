using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Membership;
using Xmtp.Node.Core.Replication;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Network;

/// <summary>
/// What a node's part in the network has done for it: by sockets and a log's writer in a running node, by a simulator in a simulation.
/// None of these waits, fails or calls back before it returns; what they lead to comes back through <see cref="NetworkEngine"/>.
/// </summary>
internal interface INetworkActions
{
    /// <summary>Begins to dial; see <see cref="NetworkEngine.SessionOpenedAsync"/> and <see cref="NetworkEngine.DialFailedAsync"/>.</summary>
    void Dial(string address, NodeId? expected);

    /// <summary>Sends a frame on a session, after those sent before; nothing when the session is over.</summary>
    void Send(SessionId session, Frame frame);

    /// <summary>Ends a session after what was sent. Its end is not reported any more.</summary>
    void Close(SessionId session, string reason);

    /// <summary>Keeps what is known of other nodes for a restart.</summary>
    void SavePeers(SavedPeers peers);

    /// <summary>A node came, changed or went.</summary>
    void PeerChanged(PeerStatus peer, bool removed);

    /// <summary>Another process has this node's key; the younger one stops.</summary>
    void TwinFound(bool isOlder);

    /// <summary>Hands entries to the log's writer; see <see cref="NetworkEngine.AppendedAsync"/>.</summary>
    void Append(HeldLog log, VerifiedEntries entries);

    /// <summary>Makes a log known to the store; see <see cref="NetworkEngine.LogAddedAsync"/>.</summary>
    void AddLog(LogName name, NodePublicKey key);

    /// <summary>Keeps for good that a log is frozen, and why.</summary>
    void Freeze(HeldLog log, ReadOnlyMemory<byte> evidence);

    /// <summary>Reads a range over a connection of its own; see <see cref="NetworkEngine.RangeReceivedAsync"/> and <see cref="NetworkEngine.RangeEndedAsync"/>.</summary>
    void StartRange(string address, NodeId holder, HeldLog log, ulong from);

    /// <summary>Ends such a reading; its end is not reported any more.</summary>
    void StopRange(HeldLog log);

    /// <summary>Hands an ephemeral envelope to the live readers here.</summary>
    void DeliverLive(Envelope envelope);

    /// <summary>Lets publishes go into a log, or into a new incarnation; see <see cref="NetworkEngine.OwnLogBegunAsync"/>.</summary>
    void BeginPublishes(HeldLog? log);

    /// <summary>Takes no publishes from now on.</summary>
    void StopPublishes();
}
