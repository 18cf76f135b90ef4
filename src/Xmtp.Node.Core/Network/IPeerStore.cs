using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Network;

/// <summary>Keeps the records of known nodes over a restart, so that the addresses a node first joined by may go.</summary>
public interface IPeerStore
{
    /// <summary>What was saved last; empty when nothing was, or it cannot be read.</summary>
    IReadOnlyList<SignedRecord> Load();

    /// <summary>Replaces what was saved. A failure is logged and forgiven: the next one follows soon.</summary>
    void Save(IReadOnlyCollection<SignedRecord> records);
}
