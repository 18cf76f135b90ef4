using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Membership;
using Xmtp.Node.Core.Tests.Membership.Simulation;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Tests.Membership;

public sealed class DialTests
{
    [Fact]
    public void Tick_DialFails_WaitsLongerEachTimeUpToHalfAMinute()
    {
        var fixture = new MeshFixture(static options => options with { Bootstrap = ["127.0.0.1:9"] });
        fixture.Mesh.Start(new SavedPeers());
        var times = new List<TimeSpan>();
        for (var seconds = 0.0; seconds < 3600; seconds += 0.1)
        {
            if (fixture.Dials.Count > times.Count)
            {
                times.Add(fixture.Time.Elapsed);
                fixture.Mesh.DialFailed("127.0.0.1:9", expected: null, "connection refused");
            }

            fixture.Pass(0.1);
        }

        var waits = times.Zip(times.Skip(1), static (first, second) => (second - first).TotalSeconds).ToList();
        for (var i = 0; i < waits.Count; i++) Assert.InRange(waits[i], 0, Math.Min(30, 0.5 * Math.Pow(2, i)) + 0.3);
        Assert.InRange(waits.Skip(10).Average(), 12, 18);
        Assert.True(waits.Max() > 25);
        // Said once; the rest is for those who look closely.
        Assert.Single(fixture.Log.Lines, static line => line is { Id: 2233, Level: LogLevel.Information });
    }

    [Fact]
    public void Tick_ManyRecords_DialsAtMost64AtOnceAndAllInTheEnd()
    {
        var fixture = new MeshFixture();
        fixture.Mesh.Start(new SavedPeers { Records = { Enumerable.Range(1, 100).Select(number => fixture.RecordOf(number).Signed) } });
        Assert.Equal(64, fixture.Dials.Count);
        fixture.Pass(1);
        Assert.Equal(64, fixture.Dials.Count);

        foreach (var (address, expected) in fixture.Dials.Take(40).ToList()) fixture.Mesh.DialFailed(address, expected, "no");
        fixture.Pass(0.1);

        // Those not tried yet come first.
        Assert.Equal(100, fixture.Dials.Distinct().Count());
        Assert.All(fixture.Dials, static dial => Assert.NotNull(dial.Expected));
    }

    [Fact]
    public void Tick_Linked_DialsNeitherTheNodeNorTheAddressAgainUntilAlone()
    {
        var fixture = new MeshFixture(static options => options with { Bootstrap = ["127.0.0.1:9"] });
        fixture.Mesh.Start(new SavedPeers());
        var session = fixture.OpenOutbound(1, "127.0.0.1:9");
        fixture.Say(session, MeshFixture.HelloOf(fixture.RecordOf(1)));
        fixture.Say(session, MeshFixture.Ping());
        var other = fixture.Link(2);
        fixture.Pass(60, session, other);
        Assert.Single(fixture.Dials);

        // The node there is gone: it is dialled where its record says, the bootstrap address is not needed.
        fixture.Mesh.SessionClosed(session, "reset");
        fixture.Pass(20, other);
        Assert.Contains((SimNetwork.AddressOf(1), MeshFixture.Id(1)), fixture.Dials);
        Assert.Single(fixture.Dials, static dial => dial.Expected is null);

        fixture.Mesh.SessionClosed(other, "reset");
        fixture.Pass(1);
        Assert.Equal(2, fixture.Dials.Count(static dial => dial.Expected is null));
    }

    [Fact]
    public void SessionOpened_ThisNodeItselfAnswers_IsRememberedWhileThereAreOthers()
    {
        var fixture = new MeshFixture(static options => options with { Bootstrap = ["balancer:9"] });
        fixture.Mesh.Start(new SavedPeers());
        var own = new NodeInstance(fixture.UtcNs, 7);
        var (here, there) = (fixture.OpenOutbound(0, "balancer:9"), fixture.OpenInbound(0));
        fixture.Say(here, MeshFixture.HelloOf(fixture.Mesh.Own, own));
        fixture.Say(there, MeshFixture.HelloOf(fixture.Mesh.Own, own));

        Assert.Empty(fixture.Twins);
        Assert.Empty(fixture.LinkEvents);
        Assert.True(fixture.IsClosed(here) && fixture.IsClosed(there));
        Assert.Single(fixture.Log.Lines, static line => line.Id == 2244);

        var session = fixture.Link(1);
        fixture.Pass(120, session);
        Assert.Single(fixture.Dials, static dial => dial.Address == "balancer:9");

        // Alone again: a balancer may lead to others by now.
        fixture.Mesh.SessionClosed(session, "reset");
        fixture.Pass(1);
        Assert.Equal(2, fixture.Dials.Count(static dial => dial.Address == "balancer:9"));
    }

    [Fact]
    public void SessionOpened_AnotherNodeThanExpected_IsClosedAndNoted()
    {
        var fixture = new MeshFixture();
        fixture.Mesh.Start(new SavedPeers { Records = { fixture.RecordOf(1).Signed } });
        var session = fixture.OpenOutbound(2, SimNetwork.AddressOf(1));

        Assert.True(fixture.IsClosed(session));
        Assert.Contains(fixture.Log.Lines, static line => line.Id == 2245);
        Assert.DoesNotContain(fixture.SentTo(session), static frame => frame.Hello is not null);
        fixture.Pass(2);
        Assert.True(fixture.Dials.Count > 1);
    }

    [Fact]
    public void Learn_FreshRecord_ForgetsThePauses()
    {
        var fixture = new MeshFixture();
        var session = fixture.Link(1);
        fixture.Say(session, MeshFixture.Records(fixture.RecordOf(2)));
        fixture.Pass(0.2, session);
        for (var i = 0; i < 12; i++)
        {
            fixture.Mesh.DialFailed(SimNetwork.AddressOf(2), MeshFixture.Id(2), "no");
            fixture.Pass(30.2, session);
        }

        fixture.Mesh.DialFailed(SimNetwork.AddressOf(2), MeshFixture.Id(2), "no");
        var dials = fixture.Dials.Count;
        fixture.Say(session, MeshFixture.Records(fixture.RecordOf(2, 2, static record => record.NodeEndpoint = "127.0.0.1:4242")));
        fixture.Pass(0.1, session);

        Assert.Equal(("127.0.0.1:4242", MeshFixture.Id(2)), fixture.Dials[^1]);
        Assert.Equal(dials + 1, fixture.Dials.Count);
    }

    [Fact]
    public void Tick_NodeWithoutEndpointOrProtocol_IsNotDialled()
    {
        var fixture = new MeshFixture();
        fixture.Mesh.Start(new SavedPeers
        {
            Records =
            {
                fixture.RecordOf(1, change: static record => record.NodeEndpoint = "").Signed,
                fixture.RecordOf(2, change: static record => (record.ProtocolMin, record.ProtocolMax) = (2, 3)).Signed,
            },
        });
        fixture.Pass(5);

        Assert.Equal(2, fixture.Mesh.Members.Count());
        Assert.Empty(fixture.Dials);
        Assert.Null(fixture.Mesh.EndpointOf(MeshFixture.Id(1)));
    }

    [Fact]
    public void Mesh_WrongAddresses_AreRefusedAtTheStart()
    {
        Assert.Throws<ArgumentException>(static () => new MeshFixture(static options => options with { Bootstrap = ["nowhere"] }));
        Assert.Throws<ArgumentException>(static () => new MeshFixture(static options => options with { NodeEndpoint = "http://x" }));
        Assert.Throws<ArgumentException>(static () => new MeshFixture(static options => options with { Region = "a\nb" }));
    }

    [Fact]
    public void Stop_Always_SaysGoodByeAndDialsNoMore()
    {
        var fixture = new MeshFixture();
        fixture.Mesh.Start(new SavedPeers { Records = { fixture.RecordOf(5).Signed } });
        var session = fixture.Link(1);
        fixture.Mesh.Stop(leaving: true);
        var dials = fixture.Dials.Count;
        fixture.Pass(60);
        var late = fixture.OpenInbound(2);

        var frames = fixture.SentTo(session).TakeLast(2).ToList();
        Assert.True(RecordShape.TryRead(frames[0].Records.Records_.Single(), out var record, out _, out _) && record.Leaving);
        Assert.True(frames[1].Bye.Leaving);
        Assert.True(fixture.IsClosed(session) && fixture.IsClosed(late));
        Assert.Equal(["+" + MeshFixture.Id(1).ToShortString(), "-" + MeshFixture.Id(1).ToShortString()], fixture.LinkEvents);
        Assert.Equal(dials, fixture.Dials.Count);
        Assert.False(fixture.Mesh.Send(MeshFixture.Id(1), MeshFixture.Ping()));
        // So that a restart does not use the counter of the farewell again.
        Assert.Contains(fixture.Saves[^1].Records, signed => signed.Equals(fixture.Mesh.Own.Signed));
    }
}
