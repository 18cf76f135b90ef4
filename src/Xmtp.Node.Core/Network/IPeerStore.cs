using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Network;

/// <summary>
/// Keeps what a node knows of others over a restart, so that the addresses it first joined by may go, and those it has known for long need
/// not begin anew.
/// </summary>
public interface IPeerStore
{
    /// <summary>What was saved last; empty when nothing was, or it cannot be read.</summary>
    SavedPeers Load();

    /// <summary>Replaces what was saved. A failure is logged and forgiven: the next one follows soon.</summary>
    /// <param name="peers">Kept, if need be; never changed afterwards.</param>
    void Save(SavedPeers peers);
}
