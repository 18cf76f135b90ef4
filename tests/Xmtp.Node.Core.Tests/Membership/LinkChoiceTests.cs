using Xmtp.Node.Core.Membership;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Tests.Membership;

/// <summary>Two connections of one pair of nodes, in every order of events, seen from one side.</summary>
public sealed class LinkChoiceTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Hello_OnBothDials_ThatOfTheLowerIdIsKept(bool isOtherLower)
    {
        var (fixture, other, outbound, inbound) = Crossing(isOtherLower);
        var (kept, dropped) = isOtherLower ? (inbound, outbound) : (outbound, inbound);
        Hello(fixture, other, outbound);
        Hello(fixture, other, inbound);
        Assert.Empty(fixture.LinkEvents);
        fixture.Say(kept, MeshFixture.Ping());

        Assert.Equal(["+" + MeshFixture.Id(other).ToShortString()], fixture.LinkEvents);
        Assert.Equal("another connection is kept", fixture.ReasonOf(dropped));
        Assert.False(fixture.IsClosed(kept));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Hello_InTheOtherOrder_TheSameIsKept(bool isOtherLower)
    {
        var (fixture, other, outbound, inbound) = Crossing(isOtherLower);
        var (kept, dropped) = isOtherLower ? (inbound, outbound) : (outbound, inbound);
        Hello(fixture, other, inbound);
        Hello(fixture, other, outbound);
        fixture.Say(kept, MeshFixture.Ping());

        Assert.Equal(["+" + MeshFixture.Id(other).ToShortString()], fixture.LinkEvents);
        Assert.True(fixture.IsClosed(dropped));
        Assert.False(fixture.IsClosed(kept));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Hello_OnlyOnTheOtherDial_ThatIsTheLinkInTheEnd(bool isOtherLower)
    {
        var (fixture, other, outbound, inbound) = Crossing(isOtherLower);
        Hello(fixture, other, inbound);
        fixture.Say(inbound, MeshFixture.Ping());
        fixture.Pass(6, inbound);

        Assert.True(fixture.Mesh.IsLinked(MeshFixture.Id(other)));
        Assert.True(fixture.IsClosed(outbound));
        Assert.Equal(["+" + MeshFixture.Id(other).ToShortString()], fixture.LinkEvents);
    }

    [Fact]
    public void Hello_OnAConnectionThatWaits_IsNotAnswered()
    {
        var (fixture, other, _, inbound) = Crossing(isOtherLower: false);
        Hello(fixture, other, inbound);
        fixture.Say(inbound, MeshFixture.Ping());

        // Any frame would be taken for consent.
        Assert.Equal([Frame.FrameOneofCase.Hello], fixture.SentTo(inbound).Select(static frame => frame.FrameCase));
    }

    [Fact]
    public void SessionOpened_OwnDialWhileAnotherIsWanted_IsDroppedBeforeItsHello()
    {
        var fixture = new MeshFixture();
        var other = MeshFixture.Number(isLower: false);
        fixture.Mesh.Start(new SavedPeers { Records = { fixture.RecordOf(other).Signed } });
        var inbound = fixture.OpenInbound(other);
        Hello(fixture, other, inbound);
        var outbound = fixture.OpenOutbound(other);

        Assert.Empty(fixture.SentTo(outbound));
        Assert.True(fixture.IsClosed(outbound));
        fixture.Say(inbound, MeshFixture.Ping());
        Assert.True(fixture.Mesh.IsLinked(MeshFixture.Id(other)));
    }

    [Fact]
    public void Hello_SecondDialOfTheSameSide_ReplacesTheFirst()
    {
        var fixture = new MeshFixture();
        fixture.Mesh.Start(new SavedPeers());
        var first = fixture.Link(1);
        var second = fixture.OpenInbound(1);
        Hello(fixture, 1, second);
        Assert.Equal(["+" + MeshFixture.Id(1).ToShortString()], fixture.LinkEvents);
        fixture.Say(second, MeshFixture.Ping());

        var name = MeshFixture.Id(1).ToShortString();
        Assert.Equal(["+" + name, "-" + name, "+" + name], fixture.LinkEvents);
        Assert.True(fixture.IsClosed(first));
        // What the old one still brings is of no interest.
        fixture.Say(first, new Frame { Ack = new Ack() });
        Assert.Empty(fixture.Received);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Hello_OtherSideLostTheBetterOne_TakesOverWithinSeconds(bool isAlive)
    {
        // This node's dial is the link. The other side dials: either it has not heard of the link yet, or it lost it.
        var fixture = new MeshFixture();
        var other = MeshFixture.Number(isLower: false);
        fixture.Mesh.Start(new SavedPeers { Records = { fixture.RecordOf(other).Signed } });
        var outbound = fixture.OpenOutbound(other);
        Hello(fixture, other, outbound);
        fixture.Say(outbound, MeshFixture.Ping());
        var inbound = fixture.OpenInbound(other);
        Hello(fixture, other, inbound);
        Assert.Equal(Frame.FrameOneofCase.Ping, fixture.SentTo(outbound).Last().FrameCase);

        if (isAlive) fixture.Say(outbound, new Frame { Pong = new Pong() });
        fixture.Pass(3.2);
        fixture.Say(inbound, MeshFixture.Ping());

        Assert.Equal(isAlive, fixture.IsClosed(inbound));
        Assert.Equal(!isAlive, fixture.IsClosed(outbound));
        Assert.Equal(isAlive ? 1 : 3, fixture.LinkEvents.Count);
        Assert.True(fixture.Mesh.IsLinked(MeshFixture.Id(other)));
    }

    [Fact]
    public void SessionClosed_OfTheBetterOne_TheWaitingOneIsTakenAtOnce()
    {
        var (fixture, other, outbound, inbound) = Crossing(isOtherLower: false);
        Hello(fixture, other, inbound);
        fixture.Say(inbound, MeshFixture.Ping());
        Assert.Empty(fixture.LinkEvents);
        fixture.Mesh.SessionClosed(outbound, "reset");

        Assert.True(fixture.Mesh.IsLinked(MeshFixture.Id(other)));
    }

    private static void Hello(MeshFixture fixture, int other, SessionId session) => fixture.Say(session, MeshFixture.HelloOf(fixture.RecordOf(other)));

    /// <summary>Both dialled at once, and neither has heard the other's Hello.</summary>
    private static (MeshFixture Fixture, int Other, SessionId Outbound, SessionId Inbound) Crossing(bool isOtherLower)
    {
        var fixture = new MeshFixture();
        var other = MeshFixture.Number(isOtherLower);
        fixture.Mesh.Start(new SavedPeers { Records = { fixture.RecordOf(other).Signed } });
        var outbound = fixture.OpenOutbound(other);
        return (fixture, other, outbound, fixture.OpenInbound(other));
    }
}
