using Google.Protobuf;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Client.Transport;

/// <summary>Reads what a node tells about the others.</summary>
internal static class PeerRecords
{
    // Far more than a client keeps; the rest of an answer is not looked at.
    private const int RecordsMax = 1_024;

    /// <summary>The addresses for one wire, in the order told. Signatures are not checked: the node that tells could as well lie about itself.</summary>
    public static IReadOnlyList<string> Addresses(GetPeersResponse response, TransportKind kind)
    {
        var addresses = new List<string>();
        foreach (var peer in response.Peers.Take(RecordsMax))
        {
            if (TryParse(peer.Record?.Record, out var record) && !record.Leaving)
                addresses.Add(kind == TransportKind.Grpc ? record.GrpcEndpoint : record.GrpcWebEndpoint);
        }

        return [.. addresses.Where(static address => address.Length > 0)];
    }

    private static bool TryParse(ByteString? bytes, out NodeRecord record)
    {
        try
        {
            record = NodeRecord.Parser.ParseFrom(bytes ?? ByteString.Empty);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            record = new NodeRecord();
            return false;
        }
    }
}
