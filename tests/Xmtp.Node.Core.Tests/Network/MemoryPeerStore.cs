using Xmtp.Node.Core.Network;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Tests.Network;

internal sealed class MemoryPeerStore : IPeerStore
{
    private SavedPeers _peers = new();

    public SavedPeers Load() => _peers;

    public void Save(SavedPeers peers) => _peers = peers;
}
