using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Picture;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Tests.Picture;

public sealed class PictureMakerTests : IDisposable
{
    private const long Second = 1_000_000_000;

    private readonly NodeKey[] _keys = [.. Enumerable.Range(0, 4).Select(static _ => NodeKey.Generate())];

    public void Dispose()
    {
        foreach (var key in _keys) key.Dispose();
    }

    [Fact]
    public void Make_NodesThatLagBehind_TellsEntriesAndTime()
    {
        var picture = Make(
            [Drawn.Log(_keys[0], 10, 100 * Second), Drawn.Log(_keys[1], 4, 50 * Second)],
            (1, [], [Drawn.Log(_keys[0], 7, 98 * Second), Drawn.Log(_keys[1], 4, 50 * Second)]),
            (2, [], [Drawn.Log(_keys[1], 6, 53 * Second)]));

        var own = picture.Logs[0];
        Assert.Equal((_keys[0].Id.ToString(), 0, 10UL, "1970-01-01T00:01:40.000Z"), (own.Originator, own.Place, own.Entries, own.LastEntry));
        Assert.Equal((0UL, 0L), Lag(picture, own, 0));
        Assert.Equal((3UL, 2000L), Lag(picture, own, 1));
        Assert.Equal((10UL, null), Lag(picture, own, 2));
        Assert.Equal((2UL, 3000L), Lag(picture, picture.Logs[1], 0));
        Assert.Equal([(2UL, 3000L), (5UL, 3000L), (10UL, 0L)], new[] { 0, 1, 2 }.Select(index => Node(picture, index)).Select(static node => (node.LagEntries!.Value, node.LagMs!.Value)));
    }

    [Fact]
    public void Make_NodeThatDidNotAnswer_HasNoCopiesAndNoLag()
    {
        var picture = Make([Drawn.Log(_keys[0], 1)], (1, [], [Drawn.Log(_keys[0], 1)]));
        var silent = Node(picture, 3);
        Assert.Equal((false, null, null), (silent.Answered, silent.LagEntries, silent.LagMs));
        Assert.DoesNotContain(picture.Logs[0].Copies, copy => picture.Nodes[copy.Node] == silent);
    }

    [Fact]
    public void Make_WhatNodesSayOfEachOther_BecomesLinks()
    {
        var picture = Make(
            [],
            (1, [Drawn.Peer(_keys[0], LinkState.Connected), Drawn.Peer(_keys[2], LinkState.Connected), Drawn.Peer(_keys[3], LinkState.Disconnected)], []),
            (2, [Drawn.Peer(_keys[0], LinkState.Connected), Drawn.Peer(_keys[1], LinkState.Suspect), Drawn.Peer(_keys[3], LinkState.Suspect)], []));

        Assert.Equal("up", Link(picture, 0, 1).State);
        Assert.Equal("half", Link(picture, 1, 2).State);
        Assert.Equal("suspect", Link(picture, 2, 3).State);
        Assert.Equal("down", Link(picture, 1, 3).State);
        Assert.All(picture.Links, static link => Assert.True(link.A < link.B));
        var half = Link(picture, 1, 2);
        Assert.Equal(["connected", "suspect"], new[] { half.SaidByA, half.SaidByB }.Order());
    }

    [Fact]
    public void Make_ManyNodesAndLogs_StaysWithinTheLimits()
    {
        var peers = Enumerable.Range(0, 200).Select(_ => Stranger(static key => Drawn.Peer(key, LinkState.Connected))).ToList();
        var logs = Enumerable.Range(0, 300).Select(index => Stranger(key => Drawn.Log(key, 1, index * Second)));
        var picture = PictureMaker.Make(Source(Held(logs), _ => Said(peers, []), [Drawn.Peer(_keys[0], LinkState.Self), .. peers]), withDetail: false);

        Assert.Equal((PictureLimits.NodesMax, PictureLimits.LinksMax, PictureLimits.LogsMax), (picture.Nodes.Count, picture.Links.Count, picture.Logs.Count));
        Assert.Equal((201 - PictureLimits.NodesMax, 128 * 127 / 2 - PictureLimits.LinksMax, 300 - PictureLimits.LogsMax), (picture.Omitted.Nodes, picture.Omitted.Links, picture.Omitted.Logs));
        // The one written last comes first.
        Assert.Equal("1970-01-01T00:04:59.000Z", picture.Logs[0].LastEntry);
    }

    [Fact]
    public void Make_NodeThatStandsAlone_IsOneNodeWithItsLog()
    {
        var picture = PictureMaker.Make(Source(Held([Drawn.Log(_keys[0], 3)]), static _ => null, []), withDetail: true);
        var node = Assert.Single(picture.Nodes);
        Assert.Equal((_keys[0].Id.ToString(), "self", "ready", true, null), (node.Id, node.Link, node.State, node.Answered, node.Expires));
        Assert.Empty(picture.Links);
        Assert.Equal(3UL, Assert.Single(Assert.Single(picture.Logs).Copies).Entries);
        Assert.Equal(new PictureDetail(null, null, null, null, null, null, null), Assert.Single(picture.Detail!));
    }

    [Fact]
    public void Make_ForTheOperator_TellsWhyANodeIsMissing()
    {
        var failed = new AskedView(0, DateTimeOffset.UnixEpoch, null, "no route");
        var picture = PictureMaker.Make(Source(Held([]), _ => failed, Peers()), withDetail: true);
        Assert.Equal(
            new PictureDetail("1970-01-01T00:00:01.000Z", "1970-01-01T00:00:02.000Z", "7", 1, 1, "1970-01-01T00:00:00.000Z", "no route"), picture.Detail![1]);
        Assert.Null(PictureMaker.Make(Source(Held([]), _ => failed, Peers()), withDetail: false).Detail);
    }

    [Fact]
    public void Read_MoreThanIsHeldHere_NeedsTheOriginatorsSignature()
    {
        var held = Held([Drawn.Log(_keys[0], 5)]);
        GetHeadsResponse Says(LogState log) => new() { Logs = { log } };

        Assert.Equal(9UL, ViewReader.Read(new GetPeersResponse(), Says(Drawn.Log(_keys[0], 9)), held).Logs.Values.Single().Entries);
        // Less than is held here harms nobody but the one who says it.
        Assert.Equal(4UL, ViewReader.Read(new GetPeersResponse(), Says(Drawn.Log(_keys[0], 4, signer: _keys[1])), held).Logs.Values.Single().Entries);
        Assert.Throws<IOException>(() => ViewReader.Read(new GetPeersResponse(), Says(Drawn.Log(_keys[0], 9, signer: _keys[1])), held));
        Assert.Throws<IOException>(() => ViewReader.Read(new GetPeersResponse(), Says(Drawn.Log(_keys[3], 1, signer: _keys[1])), held));
        var bare = Drawn.Log(_keys[0], 9);
        bare.Head = Google.Protobuf.ByteString.Empty;
        Assert.Throws<IOException>(() => ViewReader.Read(new GetPeersResponse(), Says(bare), held));
        Assert.Throws<IOException>(() => ViewReader.Read(new GetPeersResponse(), Says(new LogState { Watermark = 1 }), held));
    }

    [Fact]
    public void Read_RecordThatIsNone_IsRefused()
    {
        var peers = new GetPeersResponse { Peers = { new PeerStatus { Link = LinkState.Connected, Record = new SignedRecord { Record = Google.Protobuf.ByteString.CopyFrom(0xFF, 0xFF) } } } };
        Assert.Throws<IOException>(() => ViewReader.Read(peers, new GetHeadsResponse(), Held([])));
    }

    private NetworkPicture Make(IEnumerable<LogState> own, params (int Node, PeerStatus[] Peers, LogState[] Logs)[] others) => PictureMaker.Make(
        Source(Held(own), id => others.Where(other => _keys[other.Node].Id == id).Select(static other => Said(other.Peers, other.Logs)).FirstOrDefault(), Peers()), withDetail: false);

    private PeerStatus[] Peers() => [Drawn.Peer(_keys[0], LinkState.Self), .. _keys.Skip(1).Select(static key => Drawn.Peer(key, LinkState.Connected))];

    private PictureSource Source(IReadOnlyDictionary<Hash256, LogView> logs, Func<NodeId, AskedView?> viewOf, IReadOnlyList<PeerStatus> peers) =>
        new(_keys[0].Id, "ready", "drawn", peers, logs, viewOf, DateTimeOffset.UnixEpoch);

    private PictureNode Node(NetworkPicture picture, int index) => picture.Nodes.Single(node => node.Id == _keys[index].Id.ToString());

    private (ulong Entries, long? Ms) Lag(NetworkPicture picture, PictureLog log, int index) =>
        log.Copies.Where(copy => picture.Nodes[copy.Node] == Node(picture, index)).Select(static copy => (copy.LagEntries, copy.LagMs)).Single();

    private PictureLink Link(NetworkPicture picture, int left, int right) => picture.Links.Single(
        link => new[] { picture.Nodes[link.A], picture.Nodes[link.B] }.ToHashSet().SetEquals([Node(picture, left), Node(picture, right)]));

    private static AskedView Said(IEnumerable<PeerStatus> peers, IEnumerable<LogState> logs) =>
        new(0, DateTimeOffset.UnixEpoch, ViewReader.Read(new GetPeersResponse { Peers = { peers } }, new GetHeadsResponse { Logs = { logs } }, new Dictionary<Hash256, LogView>()), null);

    private static IReadOnlyDictionary<Hash256, LogView> Held(IEnumerable<LogState> logs) =>
        ViewReader.Read(new GetPeersResponse(), new GetHeadsResponse { Logs = { logs } }, null).Logs;

    private static T Stranger<T>(Func<NodeKey, T> make)
    {
        using var key = NodeKey.Generate();
        return make(key);
    }
}
