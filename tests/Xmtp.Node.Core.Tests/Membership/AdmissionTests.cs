using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Membership;
using Xmtp.Node.Core.Network;
using Xmtp.Node.Core.Tests.Membership.Simulation;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Tests.Membership;

public sealed class AdmissionTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12)]
    public void Find_Bits_HoldsForThisKeyOnly(int bits)
    {
        var key = SimNetwork.KeyOf(1).Public;
        var salt = AdmissionProof.Find(key, bits, TestContext.Current.CancellationToken);

        Assert.True(AdmissionProof.Holds(key.Bytes.Span, salt, bits));
        Assert.Equal(bits == 0, AdmissionProof.Holds(key.Bytes.Span, new byte[33], bits));
        if (bits == 12) Assert.DoesNotContain(Enumerable.Range(2, 20), number => AdmissionProof.Holds(SimNetwork.KeyOf(number).Public.Bytes.Span, salt, bits));
    }

    [Fact]
    public void Find_Cancelled_GivesUp() =>
        Assert.Throws<OperationCanceledException>(() => AdmissionProof.Find(SimNetwork.KeyOf(1).Public, AdmissionProof.BitsMax, new CancellationToken(canceled: true)));

    [Fact]
    public void Refusal_ProofWanted_NeedsOneUnlessListed()
    {
        var options = new NetworkOptions { AdmissionBits = 8, Trusted = new HashSet<NodeId> { MeshFixture.Id(2) } };
        var fixture = new MeshFixture();
        var proof = Google.Protobuf.ByteString.CopyFrom(AdmissionProof.Find(SimNetwork.KeyOf(1).Public, 8, TestContext.Current.CancellationToken));
        var (with, without) = (fixture.RecordOf(1, change: record => record.AdmissionProof = proof).Record, fixture.RecordOf(1).Record);

        Assert.Null(new AdmissionPolicy(options).Refusal(MeshFixture.Id(1), with));
        Assert.Contains("8 bits", new AdmissionPolicy(options).Refusal(MeshFixture.Id(1), without), StringComparison.Ordinal);
        Assert.Null(new AdmissionPolicy(options).Refusal(MeshFixture.Id(2), fixture.RecordOf(2).Record));
        Assert.Null(new AdmissionPolicy(options with { Allowed = new HashSet<NodeId> { MeshFixture.Id(1) } }).Refusal(MeshFixture.Id(1), without));
        Assert.NotNull(new AdmissionPolicy(options with { Allowed = new HashSet<NodeId>() }).Refusal(MeshFixture.Id(1), with));
        Assert.NotNull(new AdmissionPolicy(options with { Denied = new HashSet<NodeId> { MeshFixture.Id(1) } }).Refusal(MeshFixture.Id(1), with));
    }

    [Fact]
    public void ReviewMembers_NodeDeniedMeanwhile_IsPutOutAndMayComeBack()
    {
        var denied = new NodeSet([]);
        var fixture = new MeshFixture(options => options with { Denied = denied });
        var (first, second) = (fixture.Link(1), fixture.Link(2));
        Assert.Empty(fixture.Mesh.ReviewMembers());

        denied.Replace([MeshFixture.Id(1)]);
        Assert.Equal([MeshFixture.Id(1)], fixture.Mesh.ReviewMembers());
        Assert.Contains("not admitted", fixture.ReasonOf(first), StringComparison.Ordinal);
        Assert.False(fixture.IsClosed(second));
        Assert.Equal([MeshFixture.Id(2)], fixture.Mesh.Members);
        Assert.Contains(fixture.Changes, static change => change.Removed);
        // Neither by itself nor by what others tell.
        fixture.Say(second, MeshFixture.Records(fixture.RecordOf(1, counter: 2)));
        Assert.True(fixture.IsClosed(fixture.OpenInbound(1)));
        Assert.Equal([MeshFixture.Id(2)], fixture.Mesh.Members);

        denied.Replace([]);
        Assert.Empty(fixture.Mesh.ReviewMembers());
        fixture.Link(1, counter: 3);
        Assert.True(fixture.Mesh.IsLinked(MeshFixture.Id(1)));
    }

    [Fact]
    public void ReviewMembers_AllowListShrinks_PutsOutTheOthers()
    {
        var allowed = new NodeSet([MeshFixture.Id(1), MeshFixture.Id(2)]);
        var fixture = new MeshFixture(options => options with { Allowed = allowed });
        fixture.Link(1);
        fixture.Link(2);
        allowed.Replace([MeshFixture.Id(2)]);
        Assert.Equal([MeshFixture.Id(1)], fixture.Mesh.ReviewMembers());
        Assert.Equal([MeshFixture.Id(2)], fixture.Mesh.Links);
    }

    [Theory]
    [InlineData("127.0.0.1:1", null)]
    [InlineData("10.1.2.3:1", null)]
    [InlineData("172.31.0.1:1", null)]
    [InlineData("172.32.0.1:1", "172.32.0.0/24")]
    [InlineData("192.168.7.7:1", null)]
    [InlineData("169.254.1.1:1", null)]
    [InlineData("100.64.0.1:1", null)]
    [InlineData("192.0.2.77:1", "192.0.2.0/24")]
    [InlineData("[::1]:1", null)]
    [InlineData("[fe80::1]:1", null)]
    [InlineData("[fd00::1]:1", null)]
    [InlineData("[2001:db8:7:9::1]:1", "20010db80007/48")]
    [InlineData("[::ffff:192.0.2.9]:1", "192.0.2.0/24")]
    [InlineData("localhost:1", null)]
    [InlineData("node.internal:1", null)]
    [InlineData("Node.example.org:1", "NODE.EXAMPLE.ORG")]
    [InlineData("no address", null)]
    public void Of_Address_IsItsBlock(string address, string? block) => Assert.Equal(block, AddressBlock.Of(address));

    [Fact]
    public void Records_OfOneBlock_AreTakenUpToTheLimit()
    {
        var fixture = new MeshFixture();
        var session = fixture.Link(1);
        for (var i = 2; i < 9; i++) fixture.Say(session, MeshFixture.Records(fixture.RecordOf(i, change: record => record.NodeEndpoint = $"203.0.113.{i}:5555")));
        fixture.Say(session, MeshFixture.Records(fixture.RecordOf(20, change: static record => record.NodeEndpoint = "203.0.114.1:5555")));

        Assert.Equal([1, 2, 3, 4, 5, 20], Enumerable.Range(1, 30).Where(number => fixture.Mesh.Find(MeshFixture.Id(number)) is not null));

        // One of them moves away, and there is room again.
        fixture.Say(session, MeshFixture.Records(fixture.RecordOf(3, counter: 2, change: static record => record.NodeEndpoint = "203.0.115.1:5555")));
        fixture.Say(session, MeshFixture.Records(fixture.RecordOf(8, change: static record => record.NodeEndpoint = "203.0.113.8:5555")));
        Assert.NotNull(fixture.Mesh.Find(MeshFixture.Id(8)));
    }

    [Fact]
    public void Links_OfOneBlock_AreTakenUpToTheLimitUnlessTrusted()
    {
        var fixture = new MeshFixture(static options => options with { Trusted = new HashSet<NodeId> { MeshFixture.Id(9) } });
        for (var i = 1; i <= 4; i++) fixture.Link(i, address: $"203.0.113.{i}:40000");

        var fifth = fixture.OpenInbound(5, "203.0.113.5:40000");
        fixture.Say(fifth, MeshFixture.HelloOf(fixture.RecordOf(5)));
        Assert.Contains("203.0.113.0/24", fixture.ReasonOf(fifth), StringComparison.Ordinal);
        fixture.Link(9, address: "203.0.113.9:40000");
        fixture.Link(6, address: "203.0.114.6:40000");
    }

    [Fact]
    public void Take_TooManyStrangers_LeavesRoomForThoseWhoComeThemselves()
    {
        var fixture = new MeshFixture();
        var options = new NetworkOptions { Trusted = new HashSet<NodeId> { MeshFixture.Id(30) } };
        var mesh = new MeshContext(SimNetwork.KeyOf(0), options, new NodeInstance(1, 1), fixture.Time, new Random(1), fixture, fixture.Log);
        var own = new OwnRecord(mesh, []);
        var peers = new PeerTable(mesh, own);
        var intake = new RecordIntake(mesh, own, new AdmissionPolicy(options), peers, RecordSignature.SignerOf, recordsMax: 16);

        for (var i = 1; i <= 15; i++) Assert.Equal(i <= 14 ? RecordOutcome.Added : RecordOutcome.NotTaken, intake.Take(fixture.RecordOf(i).Signed, session: null, isOfSender: false).Outcome);
        for (var i = 15; i <= 17; i++) Assert.Equal(i <= 16 ? RecordOutcome.Added : RecordOutcome.NotTaken, Come(i));
        Assert.Equal(RecordOutcome.Added, intake.Take(fixture.RecordOf(30).Signed, session: null, isOfSender: false).Outcome);
        Assert.Equal(RecordOutcome.Changed, intake.Take(fixture.RecordOf(1, counter: 2).Signed, session: null, isOfSender: false).Outcome);

        RecordOutcome Come(int number) =>
            intake.Take(fixture.RecordOf(number).Signed, new PeerSession(new SessionId(number), SimNetwork.KeyOf(number).Public, isOutbound: false, "127.0.0.1:1", number, mesh.Now), isOfSender: true).Outcome;
    }

    [Fact]
    public void TierOf_Node_GrowsWithUnbrokenMembership()
    {
        var fixture = new MeshFixture(static options => options with { Trusted = new HashSet<NodeId> { MeshFixture.Id(2) } });
        fixture.Mesh.Start(new SavedPeers());
        var node = MeshFixture.Id(1);
        Assert.Equal(PeerTier.New, fixture.Mesh.TierOf(node));
        Assert.Equal(5, fixture.Mesh.QuotaOf(node).EntriesPerSecond);
        Assert.Equal(PeerTier.Trusted, fixture.Mesh.TierOf(MeshFixture.Id(2)));
        Assert.True(fixture.Mesh.QuotaOf(MeshFixture.Id(2)).IsUnlimited);

        var session = fixture.Link(1);
        fixture.PassHours(12, session);
        fixture.Say(session, MeshFixture.Records(fixture.RecordOf(1, counter: 2)));
        Assert.Equal(PeerTier.New, fixture.Mesh.TierOf(node));
        fixture.Mesh.SessionClosed(session, "reset");
        fixture.PassHours(0.5);
        session = fixture.Link(1, counter: 3);
        fixture.PassHours(11.6, session);
        Assert.Equal(PeerTier.Known, fixture.Mesh.TierOf(node));
        Assert.Equal(200, fixture.Mesh.QuotaOf(node).EntriesPerSecond);

        fixture.Mesh.SessionClosed(session, "reset");
        fixture.PassHours(1.1);
        Assert.Equal(PeerTier.New, fixture.Mesh.TierOf(node));
        fixture.Link(1, counter: 4);
        Assert.Equal(PeerTier.New, fixture.Mesh.TierOf(node));
    }

    [Theory]
    [InlineData(23, 0.5, 1.1, true)]
    [InlineData(23, 0.5, 0.4, false)]
    [InlineData(23, 1.3, 1.1, false)]
    [InlineData(30, 0.9, 0, true)]
    public void TierOf_AfterOwnRestart_GoesOnFromTheAgeBefore(double before, double absent, double after, bool isKnown)
    {
        var fixture = new MeshFixture();
        fixture.Mesh.Start(new SavedPeers());
        var session = fixture.Link(1);
        fixture.PassHours(before / 2, session);
        fixture.Say(session, MeshFixture.Records(fixture.RecordOf(1, counter: 2)));
        fixture.PassHours(before / 2, session);
        fixture.Mesh.SessionClosed(session, "reset");
        fixture.PassHours(absent);
        // As a process that is killed: what was saved last counts.
        var next = new MeshFixture { Time = { Elapsed = fixture.Time.Elapsed + TimeSpan.FromHours(0.2) } };
        next.Mesh.Start(fixture.Saves[^1]);
        next.PassHours(after, next.Link(1, counter: 3));
        Assert.Equal(isKnown ? PeerTier.Known : PeerTier.New, next.Mesh.TierOf(MeshFixture.Id(1)));
    }

    [Fact]
    public void Start_DamagedAges_AreIgnored()
    {
        var fixture = new MeshFixture();
        var node = ByteString.CopyFrom(MeshFixture.Id(1).Hash.ToArray());
        fixture.Mesh.Start(new SavedPeers
        {
            Records = { fixture.RecordOf(1).Signed },
            Ages =
            {
                new PeerAge { Node = ByteString.CopyFrom(1, 2, 3), MemberNs = 1 },
                new PeerAge { Node = node, MemberNs = ulong.MaxValue, AbsentNs = ulong.MaxValue },
                new PeerAge { Node = node, MemberNs = ulong.MaxValue },
            },
        });
        fixture.Link(1, counter: 2);
        Assert.Equal(PeerTier.Known, fixture.Mesh.TierOf(MeshFixture.Id(1)));
    }

    [Fact]
    public void TierOf_QuotasOffOrNodesListed_IsTrusted()
    {
        Assert.Equal(PeerTier.Trusted, new MeshFixture(static options => options with { Quotas = false }).Mesh.TierOf(MeshFixture.Id(1)));
        var listed = new MeshFixture(static options => options with { Allowed = new HashSet<NodeId> { MeshFixture.Id(1) } });
        Assert.Equal(PeerTier.Trusted, listed.Mesh.TierOf(MeshFixture.Id(1)));
        Assert.Equal(PeerTier.Trusted, new MeshFixture().Mesh.TierOf(MeshFixture.Id(0)));
    }

    [Fact]
    public void Hello_WithoutProof_IsRefusedWithTheReason()
    {
        var fixture = new MeshFixture(static options => options with { AdmissionBits = 10 });
        var session = fixture.OpenInbound(1);
        fixture.Say(session, MeshFixture.HelloOf(fixture.RecordOf(1)));

        Assert.Contains("10 bits", fixture.ReasonOf(session), StringComparison.Ordinal);
        Assert.Contains(fixture.SentTo(session), static frame => frame is { FrameCase: Frame.FrameOneofCase.Bye, Bye.Leaving: false });
    }
}
