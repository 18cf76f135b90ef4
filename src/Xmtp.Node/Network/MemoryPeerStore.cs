using Xmtp.Node.Core.Network;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Network;

/// <summary>Known nodes of a node that keeps nothing.</summary>
internal sealed class MemoryPeerStore : IPeerStore
{
    /// <inheritdoc/>
    public IReadOnlyList<SignedRecord> Load() => [];

    /// <inheritdoc/>
    public void Save(IReadOnlyCollection<SignedRecord> records)
    {
    }
}
