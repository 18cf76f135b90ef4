using System.Globalization;
using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Picture;

/// <summary>Draws the picture from what is known. The same source gives the same picture, so that one that has not changed can be told.</summary>
internal static class PictureMaker
{
    private const int Format = 1;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const long NanosecondsPerMillisecond = 1_000_000;

    /// <summary>Draws it.</summary>
    /// <param name="source">What is known.</param>
    /// <param name="withDetail">Whether for the operator.</param>
    public static NetworkPicture Make(PictureSource source, bool withDetail)
    {
        var all = Known(source);
        var nodes = all.Take(PictureLimits.NodesMax).ToList();
        var places = nodes.Select(static (node, place) => (node.Id, Place: place)).ToDictionary(static node => node.Id, static node => node.Place);
        var logs = new PictureLogs(nodes.Select(static node => node.View?.Logs).ToList()).Make(places, out var omittedLogs);
        var links = PictureLinks.Make(nodes.Select(static node => (node.Id, node.View)).ToList(), out var omittedLinks);
        return new NetworkPicture(
            Format,
            source.Network,
            Text(source.Now),
            [.. nodes.Select((node, place) => Draw(node, place == 0 ? source.State : null, place, logs))],
            links,
            logs,
            new PictureOmitted(all.Count - nodes.Count, omittedLinks, omittedLogs),
            withDetail ? [.. nodes.Select(Detail)] : null);
    }

    /// <summary>A time as text, to the millisecond.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>The same for nanoseconds since 1970; null for 0, which stands for no time, and for what no clock shows.</summary>
    public static string? Text(long ns) => ns <= 0 ? null : Text(DateTimeOffset.UnixEpoch.AddTicks(ns / 100));

    private static List<KnownNode> Known(PictureSource source)
    {
        var self = new NodeView(new Dictionary<NodeId, LinkState>(), source.Logs);
        if (source.Peers.Count == 0) return [new KnownNode(source.Self, LinkState.Self, 0, new NodeRecord { Software = NodeSoftware.Name }, self, null)];
        var nodes = source.Peers.Select(peer => (Peer: peer, Record: NodeRecord.Parser.ParseFrom(peer.Record.Record)))
            .Select(node => (node.Peer, node.Record, Id: ViewReader.IdOf(node.Record))).Where(static node => node.Id is not null)
            .Select(node => (node.Peer, node.Record, Id: node.Id!.Value)).ToList();
        self = self with { Links = nodes.Where(node => node.Id != source.Self).ToDictionary(static node => node.Id, static node => node.Peer.Link) };
        return
        [
            .. nodes.Select(node =>
            {
                var asked = node.Id == source.Self ? null : source.ViewOf(node.Id);
                return new KnownNode(node.Id, node.Peer.Link, node.Peer.LastSeenNs, node.Record, node.Id == source.Self ? self : asked?.View, asked);
            }).OrderBy(static node => Rank(node.Link)).ThenBy(static node => node.Id),
        ];
    }

    private static int Rank(LinkState link) => link switch
    {
        LinkState.Self => 0,
        LinkState.Connected => 1,
        LinkState.Suspect => 2,
        _ => 3,
    };

    private static PictureNode Draw(KnownNode node, string? state, int place, IReadOnlyList<PictureLog> logs)
    {
        var copies = logs.SelectMany(log => log.Copies.Where(copy => copy.Node == place)).ToList();
        var (id, record, hasAnswered) = (node.Id.ToString(), node.Record, node.View is not null);
        return new PictureNode(
            id, node.Id.ToShortString(), PictureLinks.Text(node.Link), state, hasAnswered, record.Region, record.Software,
            record.NodeEndpoint, record.GrpcEndpoint, record.GrpcWebEndpoint, record.HttpEndpoint, Text(record.ExpiresNs),
            hasAnswered ? copies.Aggregate(0UL, static (sum, copy) => sum + copy.LagEntries) : null,
            hasAnswered ? copies.Max(static copy => copy.LagMs) ?? 0 : null);
    }

    private static PictureDetail Detail(KnownNode node)
    {
        var record = node.Record.PublicKey.IsEmpty ? null : node.Record;
        return new PictureDetail(
            node.Link == LinkState.Self ? null : Text(node.LastSeenNs),
            Text(record?.IssuedNs ?? 0),
            record?.Counter.ToString(CultureInfo.InvariantCulture),
            record?.ProtocolMin,
            record?.ProtocolMax,
            node.Asked is { } asked ? Text(asked.Asked) : null,
            node.Asked?.Failure);
    }

    /// <summary>How much older one time is than another, in whole milliseconds.</summary>
    public static long Older(long newestNs, long ns) => Math.Max(0, newestNs - ns) / NanosecondsPerMillisecond;

    private sealed record KnownNode(NodeId Id, LinkState Link, long LastSeenNs, NodeRecord Record, NodeView? View, AskedView? Asked);
}
