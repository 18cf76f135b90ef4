using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Replication;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Network;

/// <summary>Asks the connected nodes, one after the other, over a connection of its own.</summary>
internal sealed class ScrubSource(IPeerTransport transport, EntriesGate gate, Func<GetPeersResponse> peers, NodeId self) : IScrubSource
{
    public async ValueTask<VerifiedEntries?> FetchAsync(HeldLog log, ulong sequence, CancellationToken cancellationToken)
    {
        var request = new ReadRangeRequest { Log = ByteString.CopyFrom(log.Hash.ToArray()), From = sequence };
        foreach (var peer in peers().Peers)
        {
            if (peer.Link != LinkState.Connected) continue;
            var record = NodeRecord.Parser.ParseFrom(peer.Record.Record);
            if (!NodePublicKey.TryCreate(record.PublicKey.Span, out var key) || key.Id == self) continue;
            if (await TryFetchAsync(record.NodeEndpoint, key.Id, request, cancellationToken).ConfigureAwait(false) is { } entries) return entries;
        }

        return null;
    }

    private async ValueTask<VerifiedEntries?> TryFetchAsync(string address, NodeId node, ReadRangeRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var frame in transport.ReadRangeAsync(address, node, request, cancellationToken).ConfigureAwait(false))
                return gate.Check(frame).Entries is { } run && run.First.Header.Sequence == request.From ? run : null;
        }
        catch (IOException)
        {
            // The next one may have it.
        }

        return null;
    }
}
