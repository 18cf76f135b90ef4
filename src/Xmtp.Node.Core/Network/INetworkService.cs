using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Network;

/// <summary>What a node answers on its network port.</summary>
public interface INetworkService
{
    /// <summary>Serves a connection that another node opened, until it ends.</summary>
    /// <param name="connection">The connection; disposed at its end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task ServeAsync(IPeerConnection connection, CancellationToken cancellationToken = default);

    /// <summary>All nodes of the network that are known here, this one first.</summary>
    GetPeersResponse GetPeers();

    /// <summary>All known nodes, then every change.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    IAsyncEnumerable<PeerChange> WatchPeersAsync(CancellationToken cancellationToken = default);

    /// <summary>How far every log goes that is held here, with the heads that prove it.</summary>
    GetHeadsResponse GetHeads();

    /// <summary>One log from a number on, up to what is durable when it gets there.</summary>
    /// <param name="request">Log and number.</param>
    /// <param name="reader">Who asks.</param>
    /// <param name="cancellationToken">Ends it.</param>
    IAsyncEnumerable<Entries> ReadRangeAsync(ReadRangeRequest request, NodePublicKey reader, CancellationToken cancellationToken = default);
}
