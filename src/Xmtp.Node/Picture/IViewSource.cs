using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Picture;

/// <summary>Asks other nodes for their views.</summary>
internal interface IViewSource
{
    /// <summary>Asks one.</summary>
    /// <param name="address">Its node port, <c>host:port</c>.</param>
    /// <param name="expected">Who must answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">It does not answer, or somebody else does.</exception>
    Task<(GetPeersResponse Peers, GetHeadsResponse Heads)> AskAsync(string address, NodeId expected, CancellationToken cancellationToken);
}
