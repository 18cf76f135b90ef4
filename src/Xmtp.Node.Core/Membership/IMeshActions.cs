using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>What the mesh has done for it by its surroundings. None of these waits, fails or calls back before it returns.</summary>
internal interface IMeshActions
{
    /// <summary>Begins to dial. It ends in <c>Mesh.SessionOpened</c> or <c>Mesh.DialFailed</c>.</summary>
    /// <param name="address"><c>host:port</c> of a node port.</param>
    /// <param name="expected">Who must answer there; null for a bootstrap address, where anyone may.</param>
    void Dial(string address, NodeId? expected);

    /// <summary>Sends a frame, after those sent before. On a session that is over it does nothing.</summary>
    void Send(SessionId session, Frame frame);

    /// <summary>Ends a session, after what was sent. It is not reported by <c>Mesh.SessionClosed</c> any more.</summary>
    void Close(SessionId session, string reason);

    /// <summary>Puts what is known of other nodes where a restart finds it. Losing the last few is harmless.</summary>
    void SavePeers(SavedPeers peers);

    /// <summary>A node can be sent to and heard from.</summary>
    /// <param name="node">The node.</param>
    /// <param name="hello">What it said when the connection was made.</param>
    void LinkUp(NodeId node, Hello hello);

    /// <summary>It cannot any more.</summary>
    void LinkDown(NodeId node);

    /// <summary>A frame on a link that is none of the mesh's own.</summary>
    void Received(NodeId node, Frame frame);

    /// <summary>A record came, changed or went, or the link with its node did: what <c>WatchPeers</c> tells.</summary>
    void PeerChanged(PeerStatus peer, bool removed);

    /// <summary>Another process has this node's key. Told once of each such process.</summary>
    /// <param name="isOlder">Whether that one started before this one; both see the same, so one of them can give way.</param>
    void TwinFound(bool isOlder);
}
