using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Membership;
using Xmtp.Node.Core.Tests.Membership.Simulation;
using Xmtp.Protocol.Network.V1;
using Xmtp.TestSupport;

namespace Xmtp.Node.Core.Tests.Membership;

public sealed class RecordShapeTests
{
    private readonly MeshFixture _fixture = new();

    public static TheoryData<string, Action<NodeRecord>> Wrong { get; } = new()
    {
        { "key", static record => record.PublicKey = ByteString.CopyFrom(new byte[64]) },
        { "no network", static record => record.Network = "" },
        { "long network", static record => record.Network = new string('n', 65) },
        { "line in the network", static record => record.Network = "a\nb" },
        { "endpoint without port", static record => record.NodeEndpoint = "example.org" },
        { "endpoint with port 0", static record => record.NodeEndpoint = "example.org:0" },
        { "endpoint with a large port", static record => record.NodeEndpoint = "example.org:65536" },
        { "endpoint with a scheme", static record => record.NodeEndpoint = "http://example.org:1" },
        { "endpoint with a space", static record => record.NodeEndpoint = "example .org:1" },
        { "IPv6 endpoint without brackets", static record => record.NodeEndpoint = "::1:5" },
        { "relative address", static record => record.GrpcEndpoint = "/a" },
        { "address of another scheme", static record => record.GrpcWebEndpoint = "ftp://example.org" },
        { "address with a user", static record => record.HttpEndpoint = "http://user@example.org" },
        { "long address", static record => record.HttpEndpoint = "http://" + new string('a', 250) },
        { "control in the software", static record => record.Software = "a\u001b[31m" },
        { "long region", static record => record.Region = new string('r', 65) },
        { "no protocol", static record => record.ProtocolMin = 0 },
        { "empty protocol range", static record => record.ProtocolMin = 2 },
        { "counter 0", static record => record.Counter = 0 },
        { "counter beyond the half", static record => record.Counter = 1UL << 63 },
        { "expiry before issue", static record => record.ExpiresNs = record.IssuedNs },
        { "valid for too long", static record => record.ExpiresNs = record.IssuedNs + 86_400_000_000_001 },
        { "negative time", static record => record.IssuedNs = -1 },
        { "long proof", static record => record.AdmissionProof = ByteString.CopyFrom(new byte[33]) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void TryRead_FieldOutOfBounds_IsRefused(string what, Action<NodeRecord> change)
    {
        var record = _fixture.RecordOf(1).Record.Clone();
        Assert.Null(RecordShape.Problem(record));
        change(record);

        Assert.NotNull(RecordShape.Problem(record));
        var signed = new SignedRecord { Record = record.ToByteString(), Signature = ByteString.CopyFrom(new byte[64]) };
        Assert.False(RecordShape.TryRead(signed, out _, out _, out var problem), what);
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("192.0.2.1:5555")]
    [InlineData("[2001:db8::1]:1")]
    [InlineData("node-1.example.org:65535")]
    [InlineData("")]
    public void TryRead_UsualEndpoints_AreTaken(string endpoint)
    {
        var known = _fixture.RecordOf(1, change: record =>
        {
            record.NodeEndpoint = endpoint;
            record.GrpcEndpoint = "http://192.0.2.1:5556";
            record.HttpEndpoint = "https://example.org/xmtp";
        });
        Assert.True(RecordShape.TryRead(known.Signed, out var record, out var node, out _));
        Assert.Equal(MeshFixture.Id(1), node);
        Assert.Equal(known.Record, record);
    }

    [Fact]
    public void TryRead_TooLongInAll_IsRefused()
    {
        static void Lengthen(NodeRecord record) => record.GrpcEndpoint = record.GrpcWebEndpoint = record.HttpEndpoint = "http://" + new string('a', 200) + ".example.org";
        var record = _fixture.RecordOf(1).Record.Clone();
        Lengthen(record);
        record.NodeEndpoint = new string('a', 60) + "." + new string('b', 60) + "." + new string('c', 60) + ":1";
        Assert.False(RecordShape.TryRead(new SignedRecord { Record = record.ToByteString(), Signature = ByteString.CopyFrom(new byte[200]) }, out _, out _, out _));

        var failure = Assert.Throws<ArgumentException>(() => RecordSignature.Sign(SimNetwork.KeyOf(1), Padded(record)));
        Assert.Contains("addresses are too long", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryRead_AnyBytes_NeverThrows()
    {
        var random = SeededRandom.Fresh();
        var valid = _fixture.RecordOf(1).Signed;
        for (var i = 0; i < 3000; i++)
        {
            var bytes = valid.Record.ToByteArray();
            for (var flips = random.Number(4); flips >= 0; flips--) bytes[random.Number(bytes.Length)] = (byte)random.Number(256);
            var signed = new SignedRecord { Record = ByteString.CopyFrom(bytes, 0, 1 + random.Number(bytes.Length)), Signature = valid.Signature };
            if (RecordShape.TryRead(signed, out var record, out _, out var problem)) Assert.Null(RecordShape.Problem(record));
            else Assert.True(problem.Length > 0, random.ToString());
        }

        Assert.False(RecordShape.TryRead(null, out _, out _, out _));
        Assert.False(RecordShape.TryRead(new SignedRecord(), out _, out _, out _));
    }

    [Fact]
    public void SignerOf_BytesChangedOrOtherPurpose_IsNull()
    {
        var known = _fixture.RecordOf(1);
        Assert.Equal(known.Key, RecordSignature.SignerOf(known.Signed, known.Record, known: null));

        var changed = known.Record.Clone();
        changed.Region = "elsewhere";
        Assert.Null(RecordSignature.SignerOf(new SignedRecord { Record = changed.ToByteString(), Signature = known.Signed.Signature }, changed, known: null));

        // The same bytes signed without the text that says what they are.
        var signature = new byte[NodePublicKey.SignatureLength];
        SimNetwork.KeyOf(1).Sign(known.Signed.Record.Span, signature);
        Assert.Null(RecordSignature.SignerOf(new SignedRecord { Record = known.Signed.Record, Signature = ByteString.CopyFrom(signature) }, known.Record, known: null));
    }

    private static NodeRecord Padded(NodeRecord record)
    {
        var padded = record.Clone();
        (padded.Network, padded.Software, padded.Region) = (new string('n', 64), new string('s', 64), new string('r', 64));
        return padded;
    }
}
