using Google.Protobuf;
using Grpc.Core;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Client.Tests.Transport;

public sealed class GrpcMetadataTests : IDisposable
{
    private readonly ScriptedGrpcHandler _node = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<TransportKind> Kinds => [TransportKind.Grpc, TransportKind.GrpcWeb];

    public void Dispose() => _node.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task PublishAsync_LevelAsked_IsSentAndTheReachedOneRead(TransportKind kind)
    {
        _node.OnCall = static _ => new(new PublishResponse()) { Trailers = [("xmtp-ack", "peers:3")] };
        await using var transport = Transport(kind);
        Assert.Equal(AckLevel.Peers(3), await transport.PublishAsync(new PublishRequest(), "Bearer x", AckLevel.Peers(2), Token));
        Assert.Equal("peers:2", Sent("xmtp-ack"));
        Assert.Equal("Bearer x", Sent("authorization"));
    }

    [Fact]
    public async Task PublishAsync_DefaultLevel_SendsNothingThatOthersMightRefuse()
    {
        _node.OnCall = static _ => new(new PublishResponse());
        await using var transport = Transport(TransportKind.Grpc);
        Assert.Null(await transport.PublishAsync(new PublishRequest(), "Bearer x", AckLevel.Local, Token));
        Assert.Null(Sent("xmtp-ack"));
    }

    // What the published node's gRPC-Web port lets pages send; a browser leaves out te by itself.
    [Fact]
    public async Task PublishAsync_OverGrpcWeb_SendsOnlyHeadersThatEveryNodeAllows()
    {
        string[] allowed = ["authorization", "content-type", "x-client-version", "x-app-version", "x-user-agent", "x-grpc-web", "grpc-timeout", "user-agent", "accept", "te"];
        _node.OnCall = static _ => new(new PublishResponse());
        await using var transport = Transport(TransportKind.GrpcWeb);
        await transport.PublishAsync(new PublishRequest(), "Bearer x", AckLevel.Local, Token);
        Assert.Empty(_node.Calls.Single().Headers.Select(static header => header.Key.ToLowerInvariant()).Except(allowed));
    }

    [Theory]
    [InlineData("XMTP3010", "peers:1")]
    [InlineData(null, "peers:1")]
    [InlineData("XMTP3010", null)]
    public async Task PublishAsync_LevelNotReached_SaysHowFarItCame(string? code, string? level)
    {
        (string, string)[] trailers = [.. new[] { ("xmtp-error-code", code), ("xmtp-ack", level) }.Where(static pair => pair.Item2 is not null).Select(static pair => (pair.Item1, pair.Item2!))];
        _node.OnCall = _ => new() { Status = StatusCode.DeadlineExceeded, Trailers = trailers };
        await using var transport = Transport(TransportKind.Grpc);
        var failure = await Assert.ThrowsAsync<NodeException>(() => transport.PublishAsync(new PublishRequest(), "Bearer x", AckLevel.Peers(2), Token));
        var reached = level is null ? AckLevel.Local : AckLevel.Peers(1);
        Assert.Equal((ErrorCatalogue.AcknowledgementNotReached, reached, true), (failure.Code, failure.Reached, failure.IsRetryable));
        Assert.Contains($"is stored, but only {reached}", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task SubscribeAsync_FirstTime_AsksForAPosition(TransportKind kind)
    {
        _node.OnCall = static _ => new() { Headers = [("xmtp-position", "here")] };
        await using var transport = Transport(kind);
        await using var subscription = await transport.SubscribeAsync(["t"], null, Token);
        Assert.Equal("new", Sent("xmtp-position"));
        Assert.Equal(("here", false), (subscription.Position, subscription.IsContinued));
    }

    [Theory]
    [InlineData(TransportKind.Grpc, false)]
    [InlineData(TransportKind.GrpcWeb, false)]
    [InlineData(TransportKind.Grpc, true)]
    [InlineData(TransportKind.GrpcWeb, true)]
    public async Task SubscribeAsync_PositionInHand_TellsWhetherTheNodeGoesOnFromIt(TransportKind kind, bool ignored)
    {
        _node.OnCall = _ => new() { Headers = ignored ? [("xmtp-position", "here"), ("xmtp-position-ignored", "true")] : [("xmtp-position", "here")] };
        await using var transport = Transport(kind);
        await using var subscription = await transport.SubscribeAsync(["t"], "there", Token);
        Assert.Equal("there", Sent("xmtp-position"));
        Assert.Equal(("here", !ignored), (subscription.Position, subscription.IsContinued));
    }

    [Fact]
    public async Task SubscribeAsync_NodeWithoutPositions_HasNone()
    {
        await using var transport = Transport(TransportKind.Grpc);
        await using var subscription = await transport.SubscribeAsync(["t"], "there", Token);
        Assert.Equal((null, false), (subscription.Position, subscription.IsContinued));
    }

    [Fact]
    public async Task SubscribeAsync_MetadataCannotBeSent_GoesWithoutIt()
    {
        _node.Forbidden = "xmtp-position";
        await using var transport = Transport(TransportKind.GrpcWeb);
        for (var i = 0; i < 2; i++)
        {
            await using var subscription = await transport.SubscribeAsync(["t"], "there", Token);
            Assert.Equal((null, false), (subscription.Position, subscription.IsContinued));
        }

        Assert.Equal([true, false, false], _node.Calls.Select(static call => call.Headers.Contains("xmtp-position")));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GetPeersAsync_Records_GivesTheAddressesOfTheWire(TransportKind kind)
    {
        var answer = new GetPeersResponse();
        answer.Peers.Add(Peer(new NodeRecord { GrpcEndpoint = "http://a:1", GrpcWebEndpoint = "http://a:2" }));
        answer.Peers.Add(Peer(new NodeRecord { HttpEndpoint = "http://b:3" }));
        answer.Peers.Add(Peer(new NodeRecord { GrpcEndpoint = "http://c:1", GrpcWebEndpoint = "http://c:2", Leaving = true }));
        answer.Peers.Add(new PeerStatus());
        answer.Peers.Add(new PeerStatus { Record = new SignedRecord { Record = ByteString.CopyFromUtf8("nonsense") } });
        answer.Peers.Add(Peer(new NodeRecord { GrpcEndpoint = "d", GrpcWebEndpoint = "d" }));
        _node.OnCall = _ => new(answer);
        await using var transport = Transport(kind);
        Assert.Equal([kind == TransportKind.Grpc ? "http://a:1" : "http://a:2", "d"], await ((INodeTransport)transport).GetPeersAsync(Token));
        Assert.Equal("GetPeers", _node.Calls.Single().Method);
    }

    [Fact]
    public async Task GetPeersAsync_NodeDoesNotKnowTheQuestion_GivesNone()
    {
        _node.OnCall = static _ => new() { Status = StatusCode.Unimplemented };
        await using var transport = Transport(TransportKind.Grpc);
        Assert.Null(await ((INodeTransport)transport).GetPeersAsync(Token));
        _node.OnCall = static _ => new() { Status = StatusCode.Unavailable };
        await Assert.ThrowsAsync<NodeException>(() => ((INodeTransport)transport).GetPeersAsync(Token));
    }

    private static PeerStatus Peer(NodeRecord record) => new() { Record = new SignedRecord { Record = record.ToByteString() } };

    private GrpcTransport Transport(TransportKind kind) => new(new Uri("http://node.example"), new GrpcTransportOptions { Kind = kind, HttpHandler = _node });

    private string? Sent(string header) => _node.Calls.Single().Headers.TryGetValues(header, out var values) ? values.Single() : null;
}
