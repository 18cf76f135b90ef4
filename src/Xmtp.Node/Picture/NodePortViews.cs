using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Network;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Picture;

/// <summary>Asks over the node ports, where only the holder of a node's key can answer.</summary>
internal sealed class NodePortViews(NodeKey key) : IViewSource, IDisposable
{
    private readonly X509Certificate2 _certificate = NodeCertificate.Create(key);

    /// <inheritdoc/>
    public async Task<(GetPeersResponse Peers, GetHeadsResponse Heads)> AskAsync(string address, NodeId expected, CancellationToken cancellationToken)
    {
        using var channel = new PeerChannel(address, expected, _certificate);
        try
        {
            var options = new CallOptions(cancellationToken: cancellationToken);
            using var peers = channel.Invoker.AsyncUnaryCall(NetworkMethods.GetPeers, null, options, new GetPeersRequest());
            var known = await peers.ResponseAsync.ConfigureAwait(false);
            using var heads = channel.Invoker.AsyncUnaryCall(NetworkMethods.GetHeads, null, options, new GetHeadsRequest());
            return (known, await heads.ResponseAsync.ConfigureAwait(false));
        }
        catch (Exception failure) when (PeerFailure.IsOne(failure))
        {
            throw channel.Failure(failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();
}
