using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Tests.Picture;

/// <summary>Nodes and logs to draw pictures of.</summary>
internal static class Drawn
{
    /// <summary>A node's status, with a record that is not signed: who draws it has it from the mesh, which checked it.</summary>
    public static PeerStatus Peer(NodeKey key, LinkState link, string region = "here") => new()
    {
        Link = link,
        LastSeenNs = 1_000_000_000,
        Record = new SignedRecord
        {
            Record = new NodeRecord
            {
                Network = "drawn", PublicKey = Bytes(key), NodeEndpoint = $"{key.Id.ToShortString()}.example.org:5600", HttpEndpoint = "http://example.org:5555",
                Software = "test/1", Region = region, Counter = 7, IssuedNs = 2_000_000_000, ExpiresNs = 3_000_000_000, ProtocolMin = 1, ProtocolMax = 1,
            }.ToByteString(),
        },
    };

    /// <summary>How far a node has a log.</summary>
    /// <param name="originator">Who writes it.</param>
    /// <param name="entries">How many entries.</param>
    /// <param name="lastNs">Time of the last one.</param>
    /// <param name="signer">Who signs the head; the originator unless given.</param>
    /// <param name="incarnation">Which of its logs.</param>
    public static LogState Log(NodeKey originator, ulong entries, long lastNs = 0, NodeKey? signer = null, ulong incarnation = 5)
    {
        var name = new LogName(originator.Id, 0, incarnation);
        var head = SignedHead.Create(signer ?? originator, name, new LogEnd(entries, new Hash256(new byte[32]), lastNs));
        return new LogState
        {
            Log = new LogDescriptor { PublicKey = Bytes(originator), Incarnation = incarnation },
            Watermark = entries, Hash = ByteString.CopyFrom(new byte[32]), Head = ByteString.CopyFrom(head.Bytes.Span),
        };
    }

    private static ByteString Bytes(NodeKey key) => ByteString.CopyFrom(key.Public.Bytes.Span);
}
