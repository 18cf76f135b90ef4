using Xmtp.Node.Core.Network;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Tests.Network;

internal sealed class MemoryPeerStore : IPeerStore
{
    private IReadOnlyList<SignedRecord> _records = [];

    public IReadOnlyList<SignedRecord> Load() => _records;

    public void Save(IReadOnlyCollection<SignedRecord> records) => _records = [.. records];
}
