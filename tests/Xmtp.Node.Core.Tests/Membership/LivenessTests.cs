using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Membership;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Tests.Membership;

public sealed class LivenessTests
{
    private readonly MeshFixture _fixture = new();

    [Fact]
    public void Tick_Link_IsPingedEveryFiveSeconds()
    {
        _fixture.Mesh.Start(new SavedPeers());
        var session = _fixture.Link(1);
        _fixture.Sent.Clear();
        _fixture.Pass(60, session);

        Assert.InRange(_fixture.SentTo(session).Count(static frame => frame.Ping is not null), 11, 13);
    }

    [Fact]
    public void Tick_AnyFrame_CountsAsLife()
    {
        _fixture.Mesh.Start(new SavedPeers());
        var session = _fixture.Link(1);
        for (var i = 0; i < 10; i++)
        {
            _fixture.Pass(14);
            _fixture.Say(session, new Frame { Ack = new Ack() });
        }

        Assert.True(_fixture.Mesh.IsLinked(MeshFixture.Id(1)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tick_Silence_IsSuspectAndOthersAreAsked(bool isSeen)
    {
        _fixture.Mesh.Start(new SavedPeers());
        var silent = _fixture.Link(9);
        SessionId[] others = [.. Enumerable.Range(1, 5).Select(number => _fixture.Link(number))];
        _fixture.Pass(14.5, others);
        Assert.False(_fixture.IsClosed(silent));
        _fixture.Pass(1, others);

        Assert.Contains("15 s", _fixture.ReasonOf(silent), StringComparison.Ordinal);
        var asked = _fixture.Sent.Where(static sent => sent.Frame.Probe is not null).Select(static sent => sent.Session).ToList();
        Assert.Equal(3, asked.Distinct().Count());
        Assert.Equal(LinkState.Suspect, StatusOf9().Link);
        Assert.Contains(_fixture.Changes, static change => change.Peer.Link == LinkState.Suspect);

        var result = new Frame { ProbeResult = new ProbeResult { Node = Google.Protobuf.ByteString.CopyFrom(MeshFixture.Id(9).Hash.ToArray()), Connected = true } };
        // Only who was asked has a say, and once.
        foreach (var other in others.Except(asked)) _fixture.Say(other, result);
        foreach (var other in asked) _fixture.Say(other, new Frame { ProbeResult = new ProbeResult { Node = result.ProbeResult.Node, Connected = isSeen } });
        foreach (var other in asked) _fixture.Say(other, result);
        _fixture.Pass(0.2, others);
        Assert.Single(_fixture.Log.Lines, line => isSeen ? line is { Id: 2237, Level: LogLevel.Information } : line is { Id: 2238, Level: LogLevel.Warning });

        // A connection alone clears nothing: the node must hear this one.
        var again = _fixture.OpenInbound(9);
        _fixture.Say(again, MeshFixture.HelloOf(_fixture.RecordOf(9)));
        Assert.Equal(LinkState.Suspect, StatusOf9().Link);
        _fixture.Say(again, new Frame { Pong = new Pong() });
        Assert.Equal(LinkState.Connected, StatusOf9().Link);

        PeerStatus StatusOf9() => _fixture.Mesh.Peers.Single(static peer => RecordShape.TryRead(peer.Record, out _, out var id, out _) && id == MeshFixture.Id(9));
    }

    [Fact]
    public void Tick_SilenceAndNobodyToAsk_Warns()
    {
        _fixture.Mesh.Start(new SavedPeers());
        _fixture.Link(9);
        _fixture.Pass(16);

        Assert.Single(_fixture.Log.Lines, static line => line is { Id: 2238, Level: LogLevel.Warning });
    }

    [Fact]
    public void Tick_AfterThisProcessStoodStill_NobodyIsSuspected()
    {
        _fixture.Mesh.Start(new SavedPeers());
        var session = _fixture.Link(1);
        var fresh = _fixture.OpenInbound(2);
        _fixture.Pass(1, session);
        _fixture.Time.Elapsed += TimeSpan.FromSeconds(30);
        _fixture.Mesh.Tick();
        _fixture.Pass(1);

        Assert.False(_fixture.IsClosed(session));
        Assert.False(_fixture.IsClosed(fresh));
        Assert.Single(_fixture.Log.Lines, static line => line is { Id: 2248, Level: LogLevel.Warning });
        _fixture.Pass(15);
        Assert.True(_fixture.IsClosed(session));
        Assert.True(_fixture.IsClosed(fresh));
    }

    [Fact]
    public void Probed_SilentNode_IsNotCalledConnected()
    {
        _fixture.Mesh.Start(new SavedPeers());
        var (silent, asker) = (_fixture.Link(1), _fixture.Link(2));
        _fixture.Pass(9, asker);
        _fixture.Say(asker, new Frame { Probe = new Probe { Node = Google.Protobuf.ByteString.CopyFrom(MeshFixture.Id(1).Hash.ToArray()) } });

        Assert.False(_fixture.SentTo(asker).Single(static frame => frame.ProbeResult is not null).ProbeResult.Connected);
        Assert.False(_fixture.IsClosed(silent));
    }
}
