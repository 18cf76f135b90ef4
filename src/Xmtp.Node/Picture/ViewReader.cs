using System.Security.Cryptography;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Picture;

/// <summary>Reads what a node says of itself and others, which is anybody's word: bounded, and checked where it says more than is known here.</summary>
internal static class ViewReader
{
    /// <summary>The id in a record that is not looked at further; null when there is none.</summary>
    public static NodeId? IdOf(NodeRecord record) =>
        record.PublicKey.Length == NodePublicKey.Length ? new NodeId(new Hash256(SHA256.HashData(record.PublicKey.Span))) : null;

    /// <summary>Reads an answer.</summary>
    /// <param name="peers">Whom the node knows.</param>
    /// <param name="heads">What it holds.</param>
    /// <param name="known">How far the logs go that are held here; null when this is the node itself, whose word is taken.</param>
    /// <exception cref="IOException">No correct node says this.</exception>
    public static NodeView Read(GetPeersResponse peers, GetHeadsResponse heads, IReadOnlyDictionary<Hash256, LogView>? known) =>
        new(ReadLinks(peers), ReadLogs(heads, known));

    private static Dictionary<NodeId, LinkState> ReadLinks(GetPeersResponse peers)
    {
        var links = new Dictionary<NodeId, LinkState>();
        foreach (var peer in peers.Peers)
        {
            if (peer.Link is not (LinkState.Connected or LinkState.Suspect or LinkState.Disconnected) || peer.Record is null) continue;
            try
            {
                if (IdOf(NodeRecord.Parser.WithDiscardUnknownFields(true).ParseFrom(peer.Record.Record)) is { } id) links[id] = peer.Link;
            }
            catch (Google.Protobuf.InvalidProtocolBufferException problem)
            {
                throw new IOException("it shows a record that cannot be read", problem);
            }
        }

        return links;
    }

    private static Dictionary<Hash256, LogView> ReadLogs(GetHeadsResponse heads, IReadOnlyDictionary<Hash256, LogView>? known)
    {
        var logs = new Dictionary<Hash256, LogView>();
        var signatures = 0;
        foreach (var state in heads.Logs.Take(PictureLimits.LogsOfAnswerMax))
        {
            if (state.Log is not { } log || log.PublicKey.Length != NodePublicKey.Length) throw new IOException("it shows a log without a name");
            var name = new LogName(new NodeId(new Hash256(SHA256.HashData(log.PublicKey.Span))), log.Shard, log.Incarnation);
            var hash = name.ToHash();
            var head = SignedHead.TryRead(state.Head.Span, out var read) && read.Log == name && read.Sequence == state.Watermark ? read : null;
            if (known is not null && state.Watermark > (known.GetValueOrDefault(hash)?.Entries ?? 0))
            {
                // Nobody may make this node look behind by saying so.
                if (++signatures > PictureLimits.SignaturesOfAnswerMax) continue;
                if (head is null || !NodePublicKey.TryCreate(log.PublicKey.Span, out var key) || !head.IsSignedBy(key)) throw new IOException("it claims entries that their originator did not sign");
            }

            logs[hash] = new LogView(name, state.Watermark, head?.OriginatorTimeNs, state.Frozen);
        }

        return logs;
    }
}
