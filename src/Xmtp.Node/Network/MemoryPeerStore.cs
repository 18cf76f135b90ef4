using Xmtp.Node.Core.Network;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Network;

/// <summary>Known nodes of a node that keeps nothing.</summary>
internal sealed class MemoryPeerStore : IPeerStore
{
    /// <inheritdoc/>
    public SavedPeers Load() => new();

    /// <inheritdoc/>
    public void Save(SavedPeers peers)
    {
    }
}
