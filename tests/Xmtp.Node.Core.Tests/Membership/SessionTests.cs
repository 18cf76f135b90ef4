using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Membership;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Tests.Membership;

public sealed class SessionTests
{
    private readonly MeshFixture _fixture = new();

    [Fact]
    public void SessionOpened_Always_IsAnsweredByHello()
    {
        _fixture.Mesh.HelloContent = static () => (Core.Log.Hash256.Max, 42);
        var session = _fixture.OpenInbound(1);
        var hello = Assert.Single(_fixture.SentTo(session)).Hello;

        Assert.Equal("xmtp-local", hello.Network);
        Assert.Equal(_fixture.Mesh.Own.Signed, hello.Record);
        Assert.Equal(16, hello.Instance.Length);
        Assert.Equal(42UL, hello.Credit);
        Assert.All(hello.VectorHash, static value => Assert.Equal(255, value));
        Assert.Empty(_fixture.LinkEvents);
    }

    [Fact]
    public void Hello_WithoutMore_IsNoLinkYet()
    {
        _fixture.Mesh.Start(new SavedPeers());
        var session = _fixture.OpenInbound(1);
        _fixture.Say(session, MeshFixture.HelloOf(_fixture.RecordOf(1)));
        Assert.Empty(_fixture.LinkEvents);
        Assert.Equal(Frame.FrameOneofCase.Ping, _fixture.SentTo(session).Last().FrameCase);

        _fixture.Pass(5.2);
        Assert.Equal("it does not hear this node", _fixture.ReasonOf(session));
    }

    [Fact]
    public void Hello_NotInTime_ClosesTheSession()
    {
        _fixture.Mesh.Start(new SavedPeers());
        var session = _fixture.OpenInbound(1);
        _fixture.Pass(4.8);
        Assert.False(_fixture.IsClosed(session));
        _fixture.Pass(0.4);
        Assert.Equal("it did not say Hello", _fixture.ReasonOf(session));
    }

    [Fact]
    public void FrameReceived_BeforeHelloOrHelloTwice_ClosesTheSession()
    {
        var session = _fixture.OpenInbound(1);
        _fixture.Say(session, MeshFixture.Ping());
        Assert.True(_fixture.IsClosed(session));

        session = _fixture.Link(2);
        _fixture.Say(session, MeshFixture.HelloOf(_fixture.RecordOf(2)));
        Assert.True(_fixture.IsClosed(session));
        Assert.False(_fixture.Mesh.IsLinked(MeshFixture.Id(2)));
    }

    [Fact]
    public void FrameReceived_OnALink_GoesToTheOtherSideOnlyIfItIsNotTheMeshsOwn()
    {
        var session = _fixture.Link(1);
        _fixture.Say(session, new Frame { Ack = new Ack() });
        _fixture.Say(session, new Frame { Ping = new Ping { Nonce = 77 } });
        _fixture.Say(session, new Frame { Probe = new Probe { Node = Google.Protobuf.ByteString.CopyFrom(MeshFixture.Id(1).Hash.ToArray()) } });
        _fixture.Say(session, new Frame { Probe = new Probe { Node = Google.Protobuf.ByteString.Empty } });
        _fixture.Say(session, new Frame { ProbeResult = new ProbeResult() });
        _fixture.Say(session, new Frame());

        Assert.Equal(Frame.FrameOneofCase.Ack, _fixture.Received[0].Frame.FrameCase);
        Assert.Contains(_fixture.SentTo(session), static frame => frame.Pong?.Nonce == 77);
        Assert.True(_fixture.SentTo(session).Single(static frame => frame.ProbeResult is not null).ProbeResult.Connected);
        Assert.True(_fixture.Mesh.Send(MeshFixture.Id(1), new Frame { Ack = new Ack() }));
        Assert.False(_fixture.Mesh.Send(MeshFixture.Id(2), new Frame { Ack = new Ack() }));
    }

    [Fact]
    public void Hello_NotAcceptable_IsRefusedWithTheReason()
    {
        AssertRefused("network", MeshFixture.HelloOf(_fixture.RecordOf(1), network: "other\u0007"));
        AssertRefused("of another node", MeshFixture.HelloOf(_fixture.RecordOf(2)));
        AssertRefused("left", MeshFixture.HelloOf(_fixture.RecordOf(1, change: static record => record.Leaving = true)), number: 1);
        AssertRefused("protocols 2 to 3", MeshFixture.HelloOf(_fixture.RecordOf(3, change: static record => (record.ProtocolMin, record.ProtocolMax) = (2, 3))), number: 3);
        AssertRefused("clocks is wrong", MeshFixture.HelloOf(_fixture.RecordOf(4, change: static record => (record.IssuedNs, record.ExpiresNs) = (record.IssuedNs + 600_000_000_000, record.IssuedNs + 700_000_000_000))), number: 4);
        var forged = MeshFixture.HelloOf(_fixture.RecordOf(5));
        forged.Hello.Record = new SignedRecord { Record = forged.Hello.Record.Record, Signature = _fixture.RecordOf(6).Signed.Signature };
        AssertRefused("signature", forged, number: 5);
        AssertRefused("malformed", new Frame { Hello = new Hello { Network = "xmtp-local" } }, number: 5);
        Assert.Empty(_fixture.LinkEvents);

        void AssertRefused(string reason, Frame hello, int number = 1)
        {
            var session = _fixture.OpenInbound(number);
            _fixture.Say(session, hello);
            Assert.Contains(reason, _fixture.ReasonOf(session), StringComparison.Ordinal);
            Assert.Contains(reason, _fixture.SentTo(session).Last().Bye.Reason, StringComparison.Ordinal);
            Assert.DoesNotContain(_fixture.ReasonOf(session), char.IsControl);
        }
    }

    [Fact]
    public void Bye_BeforeALink_IsARefusalAndWaitsHalfAMinute()
    {
        _fixture.Mesh.Start(new SavedPeers { Records = { _fixture.RecordOf(1).Signed } });
        var session = _fixture.OpenOutbound(1);
        _fixture.Say(session, new Frame { Bye = new Bye { Reason = "no\u001b[2J" + new string('x', 1000) } });
        _fixture.Pass(29);
        Assert.Single(_fixture.Dials);
        _fixture.Pass(3);
        Assert.Equal(2, _fixture.Dials.Count);
        var line = Assert.Single(_fixture.Log.Lines, static line => line is { Id: 2236, Level: LogLevel.Warning });
        Assert.DoesNotContain(line.Text, char.IsControl);
        Assert.InRange(line.Text.Length, 1, 400);
    }

    [Fact]
    public void Bye_OfALinkedNode_EndsTheLinkAndLeavingForgetsTheNode()
    {
        _fixture.Mesh.Start(new SavedPeers());
        var session = _fixture.Link(1);
        _fixture.Say(session, new Frame { Bye = new Bye { Reason = "restart" } });
        Assert.False(_fixture.Mesh.IsLinked(MeshFixture.Id(1)));
        _fixture.Pass(1);
        Assert.Single(_fixture.Dials);

        session = _fixture.Link(2);
        _fixture.Say(session, new Frame { Bye = new Bye { Reason = "done", Leaving = true } });
        _fixture.Pass(10);
        Assert.Null(_fixture.Mesh.Find(MeshFixture.Id(2)));
        Assert.DoesNotContain(_fixture.Dials, static dial => dial.Expected == MeshFixture.Id(2));
        _fixture.Link(2, counter: 2);
    }

    [Theory]
    [InlineData(-1, 0, true)]
    [InlineData(0, -1, true)]
    [InlineData(0, 1, false)]
    [InlineData(1, 0, false)]
    public void Hello_OwnKeyOtherInstance_IsATwinToldOnce(long startedNs, int id, bool isOlder)
    {
        var twin = new NodeInstance(_fixture.UtcNs + startedNs, (UInt128)(7 + id));
        for (var i = 0; i < 2; i++)
        {
            var session = _fixture.OpenInbound(0);
            _fixture.Say(session, MeshFixture.HelloOf(_fixture.RecordOf(0), twin));
            Assert.True(_fixture.IsClosed(session));
        }

        Assert.Equal([isOlder], _fixture.Twins);
        Assert.Single(_fixture.Log.Lines, static line => line is { Id: 2240, Level: LogLevel.Error });
    }

    [Fact]
    public void Hello_OfALaterProcess_ReplacesTheOldSessionAndNotTheOtherWayRound()
    {
        var first = _fixture.Link(1);
        var later = _fixture.OpenInbound(1);
        _fixture.Say(later, MeshFixture.HelloOf(_fixture.RecordOf(1), new NodeInstance(2, 1)));
        Assert.True(_fixture.IsClosed(first));
        _fixture.Say(later, MeshFixture.Ping());
        Assert.True(_fixture.Mesh.IsLinked(MeshFixture.Id(1)));

        var older = _fixture.OpenInbound(1);
        _fixture.Say(older, MeshFixture.HelloOf(_fixture.RecordOf(1), new NodeInstance(1, 9)));
        Assert.Contains("started later is connected", _fixture.ReasonOf(older), StringComparison.Ordinal);
        Assert.Contains(_fixture.Sent, sent => sent.Session == older && sent.Frame.FrameCase == Frame.FrameOneofCase.Records);
        Assert.True(_fixture.Mesh.IsLinked(MeshFixture.Id(1)));
    }

    [Fact]
    public void FrameReceived_Floods_AreCutOff()
    {
        AssertCutOff(1, MeshFixture.Ping(), 1000);
        AssertCutOff(2, new Frame { RecordsDigest = new RecordsDigest() }, 100);
        AssertCutOff(3, new Frame { Probe = new Probe { Node = Google.Protobuf.ByteString.CopyFrom(new byte[32]) } }, 20_000);
        AssertCutOff(4, new Frame { Records = new Records { Records_ = { Enumerable.Repeat(_fixture.RecordOf(1).Signed, 257) } } }, 1);
        AssertCutOff(5, new Frame { Records = new Records { Records_ = { Enumerable.Repeat(_fixture.RecordOf(1).Signed, 256) } } }, 100);

        void AssertCutOff(int number, Frame frame, int count)
        {
            var session = _fixture.Link(number);
            for (var i = 0; i < count; i++) _fixture.Say(session, frame);
            Assert.Contains("too many", _fixture.ReasonOf(session), StringComparison.Ordinal);
            Assert.False(_fixture.Mesh.IsLinked(MeshFixture.Id(number)));
        }
    }

    [Fact]
    public void SessionOpened_NodeConnectsAgainAndAgain_IsHeldToItsPace()
    {
        _fixture.Mesh.Start(new SavedPeers());
        for (var i = 0; i < 40; i++)
        {
            var session = _fixture.OpenInbound(1);
            _fixture.Say(session, MeshFixture.HelloOf(_fixture.RecordOf(1)));
            _fixture.Say(session, MeshFixture.Ping());
            _fixture.Mesh.SessionClosed(session, "reset");
        }

        Assert.InRange(_fixture.LinkEvents.Count(static link => link[0] == '+'), 1, 20);
    }

    [Fact]
    public void SessionOpened_StrangersThatSayNothing_AreBounded()
    {
        for (var i = 0; i < 5; i++) _fixture.OpenInbound(1);
        Assert.Single(_fixture.Closed);
        for (var i = 0; i < MeshLimits.SilentSessionsMax; i++) _fixture.OpenInbound(2 + (i / 4));
        Assert.InRange(_fixture.Closed.Count, 4, 10);
    }

    [Fact]
    public void SessionOpened_DeniedNode_HearsNothingOfThisOne()
    {
        var fixture = new MeshFixture(static options => options with { Denied = new HashSet<NodeId> { MeshFixture.Id(1) } });
        var session = fixture.OpenInbound(1);

        Assert.Equal([Frame.FrameOneofCase.Bye], fixture.SentTo(session).Select(static frame => frame.FrameCase));
        Assert.True(fixture.IsClosed(session));
    }

    [Fact]
    public void Disconnect_LinkedNode_IsCutOffAndDialledAgainLater()
    {
        _fixture.Mesh.Start(new SavedPeers());
        var session = _fixture.Link(1);
        _fixture.Mesh.Disconnect(MeshFixture.Id(1), "it broke a rule");

        Assert.Equal("it broke a rule", _fixture.ReasonOf(session));
        _fixture.Pass(29);
        Assert.Empty(_fixture.Dials);
        _fixture.Pass(3);
        Assert.Single(_fixture.Dials);
    }
}
