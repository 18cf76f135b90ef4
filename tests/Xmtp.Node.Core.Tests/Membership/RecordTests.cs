using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Membership;
using Xmtp.Node.Core.Tests.Membership.Simulation;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Tests.Membership;

public sealed class RecordTests
{
    private readonly MeshFixture _fixture = new();

    [Fact]
    public void Own_FirstRecord_HasItsCounterFromTheClock()
    {
        Assert.Equal((ulong)VirtualTime.Start.ToUnixTimeMilliseconds(), _fixture.Mesh.Own.Counter);
        Assert.Equal(TimeSpan.FromHours(24).TotalNanoseconds, _fixture.Mesh.Own.Record.ExpiresNs - _fixture.Mesh.Own.Record.IssuedNs);
        Assert.True(_fixture.Mesh.Own.Signed.CalculateSize() < MeshLimits.RecordLengthMaxBytes);
        Assert.NotNull(RecordSignature.SignerOf(_fixture.Mesh.Own.Signed, _fixture.Mesh.Own.Record, known: null));
    }

    [Fact]
    public void Own_HalfItsLifeOver_IsSignedAnewAndPassedOn()
    {
        _fixture.Mesh.Start(new SavedPeers());
        var session = _fixture.Link(1);
        var first = _fixture.Mesh.Own;
        _fixture.PassHours(11.9, session);
        Assert.Same(first, _fixture.Mesh.Own);
        _fixture.PassHours(0.2, session);

        Assert.True(_fixture.Mesh.Own.Counter > first.Counter);
        Assert.Contains(_fixture.Mesh.OwnId, _fixture.RecordsSentTo(session));
        Assert.Contains(_fixture.Changes, static change => change is { Peer.Link: LinkState.Self, Removed: false });
    }

    [Fact]
    public void Own_ClockWentBackBeforeARestart_StaysAboveWhatWasSaved()
    {
        const long hours = 3 * 3_600_000_000_000;
        var saved = _fixture.RecordOf(0, _fixture.Mesh.Own.Counter + 10_800_000, static record => (record.IssuedNs, record.ExpiresNs) = (record.IssuedNs + hours, record.ExpiresNs + hours));
        _fixture.Mesh.Start(new SavedPeers { Records = { saved.Signed } });

        Assert.Equal(saved.Counter + 1, _fixture.Mesh.Own.Counter);
        Assert.DoesNotContain(_fixture.Log.Lines, static line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public void Own_HigherCounterSeenElsewhere_JumpsAboveItOnceInAWhile()
    {
        _fixture.Mesh.Start(new SavedPeers());
        var session = _fixture.Link(1);
        _fixture.Pass(1, session);
        var seen = _fixture.RecordOf(0, _fixture.Mesh.Own.Counter + 1_000_000, record => (record.IssuedNs, record.ExpiresNs) = (record.IssuedNs - 2_000_000_000, record.ExpiresNs - 2_000_000_000));
        _fixture.Say(session, MeshFixture.Records(seen));
        Assert.Equal(seen.Counter + 1, _fixture.Mesh.Own.Counter);
        Assert.DoesNotContain(_fixture.Log.Lines, static line => line.Id == 2241);

        // A twin would jump as well; they do not chase each other.
        _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(0, seen.Counter + 2)));
        Assert.Equal(seen.Counter + 1, _fixture.Mesh.Own.Counter);
        _fixture.Pass(11, session);
        _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(0, seen.Counter + 2)));
        Assert.Equal(seen.Counter + 3, _fixture.Mesh.Own.Counter);
    }

    [Fact]
    public void Own_SignedByAnotherProcess_ItsAddressIsDialled()
    {
        _fixture.Mesh.Start(new SavedPeers());
        var session = _fixture.Link(1);
        _fixture.Pass(1, session);
        _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(0, _fixture.Mesh.Own.Counter + 1, static record => record.NodeEndpoint = "127.0.0.1:777")));

        Assert.Contains(("127.0.0.1:777", _fixture.Mesh.OwnId), _fixture.Dials);
        Assert.Contains(_fixture.Log.Lines, static line => line is { Id: 2241, Level: LogLevel.Warning });
    }

    [Fact]
    public void Learn_NewerOlderAndTheSame_NewestCountsAndOldOnesCostNoCheck()
    {
        var session = _fixture.Link(1);
        _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(2, 5, static record => record.Region = "a")));
        var held = _fixture.Mesh.Find(MeshFixture.Id(2));
        var checks = _fixture.Checks;

        _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(2, 4), held!));
        Assert.Same(held, _fixture.Mesh.Find(MeshFixture.Id(2)));
        Assert.Equal(checks, _fixture.Checks);

        _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(2, 6, static record => record.Region = "b")));
        Assert.Equal("b", _fixture.Mesh.Find(MeshFixture.Id(2))!.Record.Region);
        Assert.Equal(checks + 1, _fixture.Checks);
    }

    [Fact]
    public void Learn_SameCounterOtherBytes_KeepsTheFirstAndWarnsOnce()
    {
        var session = _fixture.Link(1);
        _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(2, 5, static record => record.Region = "a")));
        _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(2, 5, static record => record.Region = "b")));
        _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(2, 5, static record => record.Region = "c")));

        Assert.Equal("a", _fixture.Mesh.Find(MeshFixture.Id(2))!.Record.Region);
        Assert.Single(_fixture.Log.Lines, static line => line is { Id: 2239, Level: LogLevel.Warning });
        Assert.False(_fixture.IsClosed(session));
    }

    [Fact]
    public void Learn_OutOfTimeOrOfAnotherNetwork_IsNotTakenAndNobodyIsCutOff()
    {
        var session = _fixture.Link(1);
        var minute = 60_000_000_000;
        _fixture.Say(session, MeshFixture.Records(
            _fixture.RecordOf(2, change: record => (record.IssuedNs, record.ExpiresNs) = (record.IssuedNs - (10 * minute), record.IssuedNs)),
            _fixture.RecordOf(3, change: record => (record.IssuedNs, record.ExpiresNs) = (record.IssuedNs + (6 * minute), record.IssuedNs + (9 * minute))),
            _fixture.RecordOf(4, change: static record => record.Network = "other"),
            _fixture.RecordOf(5, change: record => record.IssuedNs += 4 * minute)));

        Assert.Equal([1, 5], Enumerable.Range(1, 9).Where(number => _fixture.Mesh.Find(MeshFixture.Id(number)) is not null));
        Assert.False(_fixture.IsClosed(session));
    }

    [Fact]
    public void Learn_ForgedSignature_CutsTheSenderOff()
    {
        var session = _fixture.Link(1);
        var good = _fixture.RecordOf(2);
        var forged = new SignedRecord { Record = _fixture.RecordOf(3).Signed.Record, Signature = good.Signed.Signature };
        _fixture.Say(session, new Frame { Records = new Records { Records_ = { forged } } });

        Assert.True(_fixture.IsClosed(session));
        Assert.Null(_fixture.Mesh.Find(MeshFixture.Id(3)));
        Assert.Contains(_fixture.Log.Lines, static line => line is { Id: 2246, Level: LogLevel.Warning });
    }

    [Fact]
    public void Learn_NodeThatSignsAllTheTime_IsNotPassedOnAllTheTime()
    {
        _fixture.Mesh.Start(new SavedPeers());
        var (session, other) = (_fixture.Link(1), _fixture.Link(2));
        for (var i = 1; i <= 100; i++)
        {
            _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(3, (ulong)i)));
            _fixture.Pass(0.1, session, other);
        }

        Assert.InRange(_fixture.RecordsSentTo(other).Count(node => node == MeshFixture.Id(3)), 15, 25);
    }

    [Fact]
    public void Learn_News_GoesToAllLinksButTheSender()
    {
        _fixture.Mesh.Start(new SavedPeers());
        SessionId[] sessions = [_fixture.Link(1), _fixture.Link(2), _fixture.Link(3), _fixture.Link(4)];
        _fixture.Pass(0.2);
        _fixture.Sent.Clear();
        var news = _fixture.RecordOf(9);
        _fixture.Say(sessions[0], MeshFixture.Records(news));
        _fixture.Say(sessions[1], MeshFixture.Records(news));
        _fixture.Pass(0.2);

        Assert.DoesNotContain(news.Id, _fixture.RecordsSentTo(sessions[0]));
        Assert.DoesNotContain(news.Id, _fixture.RecordsSentTo(sessions[1]));
        Assert.Single(_fixture.RecordsSentTo(sessions[2]), news.Id);
        Assert.Single(_fixture.RecordsSentTo(sessions[3]), news.Id);
    }

    [Fact]
    public void Learn_Farewell_OlderRecordsDoNotBringTheNodeBack()
    {
        var session = _fixture.Link(1);
        _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(2, 5)));
        _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(2, 6, static record => record.Leaving = true)));
        Assert.Null(_fixture.Mesh.Find(MeshFixture.Id(2)));
        Assert.Contains(_fixture.Changes, static change => change.Removed);

        _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(2, 5), _fixture.RecordOf(2, 6)));
        Assert.Null(_fixture.Mesh.Find(MeshFixture.Id(2)));
        _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(2, 7)));
        Assert.NotNull(_fixture.Mesh.Find(MeshFixture.Id(2)));
    }

    [Fact]
    public void Tick_RecordRanOut_NodeIsForgottenAndItsLinkEnds()
    {
        _fixture.Mesh.Start(new SavedPeers());
        var session = _fixture.Link(1);
        _fixture.PassHours(24.1, session);

        Assert.Null(_fixture.Mesh.Find(MeshFixture.Id(1)));
        Assert.True(_fixture.IsClosed(session));
        Assert.Equal(["+" + MeshFixture.Id(1).ToShortString(), "-" + MeshFixture.Id(1).ToShortString()], _fixture.LinkEvents);
    }

    [Fact]
    public void Digest_Differs_BothSidesSendAllOnce()
    {
        _fixture.Mesh.Start(new SavedPeers());
        var session = _fixture.Link(1);
        _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(2)));
        _fixture.Pass(30, session);
        _fixture.Sent.Clear();
        var digest = new Frame { RecordsDigest = new RecordsDigest { Hash = Google.Protobuf.ByteString.CopyFrom(new byte[32]) } };
        _fixture.Pass(11, session);
        _fixture.Sent.Clear();
        _fixture.Say(session, digest);

        Assert.Equal(new[] { 0, 1, 2 }.Select(MeshFixture.Id).Order(), _fixture.RecordsSentTo(session).Order());
        var ours = _fixture.SentTo(session).SingleOrDefault(static frame => frame.FrameCase == Frame.FrameOneofCase.RecordsDigest);

        _fixture.Sent.Clear();
        _fixture.Say(session, digest);
        Assert.Empty(_fixture.Sent);
        if (ours is null) return;
        _fixture.Pass(11, session);
        _fixture.Sent.Clear();
        _fixture.Say(session, ours);
        Assert.Empty(_fixture.Sent);
    }

    [Fact]
    public void Save_ManyChanges_IsDoneOnceASecondAndOnlyAfterChanges()
    {
        _fixture.Mesh.Start(new SavedPeers());
        var session = _fixture.Link(1);
        for (var i = 2; i < 12; i++)
        {
            _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(i)));
            _fixture.Pass(0.2, session);
        }

        Assert.InRange(_fixture.Saves.Count, 2, 3);
        _fixture.Pass(1, session);
        var saves = _fixture.Saves.Count;
        Assert.Equal(12, _fixture.Saves[^1].Records.Count);
        _fixture.Pass(5, session);
        Assert.Equal(saves, _fixture.Saves.Count);

        var next = new MeshFixture();
        next.Mesh.Start(_fixture.Saves[^1]);
        Assert.Equal(11, next.Mesh.Members.Count());
        Assert.Equal(11, next.Dials.Count);
    }

    [Fact]
    public void Start_SavedRecordsDamaged_TakesWhatIsGood()
    {
        _fixture.Mesh.Start(new SavedPeers { Records = { new SignedRecord(), _fixture.RecordOf(1).Signed, new SignedRecord { Record = _fixture.RecordOf(2).Signed.Record, Signature = _fixture.RecordOf(1).Signed.Signature } } });
        Assert.Equal([MeshFixture.Id(1)], _fixture.Mesh.Members);
    }

    [Fact]
    public void Peers_Always_BeginWithThisNode()
    {
        var session = _fixture.Link(1);
        _fixture.Say(session, MeshFixture.Records(_fixture.RecordOf(2)));
        _fixture.Time.Elapsed += TimeSpan.FromSeconds(1);
        var peers = _fixture.Mesh.Peers;

        Assert.Equal(LinkState.Self, peers[0].Link);
        Assert.Equal([LinkState.Connected, LinkState.Disconnected], peers.Skip(1).Select(static peer => peer.Link).Order());
        Assert.Equal(_fixture.UtcNs - 1_000_000_000, peers.Single(static peer => peer.Link == LinkState.Connected).LastSeenNs);
        Assert.Equal(0, peers.Single(static peer => peer.Link == LinkState.Disconnected).LastSeenNs);
    }
}
