using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Picture;

/// <summary>What a picture is made of, all of one moment.</summary>
/// <param name="Self">The node that makes it.</param>
/// <param name="State">How it is.</param>
/// <param name="Network">Name of the network.</param>
/// <param name="Peers">All live records, the own first; none when the node stands alone.</param>
/// <param name="Logs">How far the logs go that are held here.</param>
/// <param name="ViewOf">What another node said when it was last asked; null when it was not.</param>
/// <param name="Now">The time.</param>
internal sealed record PictureSource(
    NodeId Self,
    string State,
    string Network,
    IReadOnlyList<PeerStatus> Peers,
    IReadOnlyDictionary<Hash256, LogView> Logs,
    Func<NodeId, AskedView?> ViewOf,
    DateTimeOffset Now);
