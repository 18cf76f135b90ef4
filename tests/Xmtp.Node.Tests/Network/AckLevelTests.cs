using System.Net;
using Grpc.Core;
using Xmtp.Node.Tests.Rpc;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Tests.Network;

/// <summary>Acknowledgement levels on a node that stands alone: it can reach one of them.</summary>
public sealed class AckLevelTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(NodeApis.All), MemberType = typeof(NodeApis))]
    public async Task Publish_Local_IsSaidToBeReached(string api)
    {
        using var channel = NodeApis.Channel(node.Node, api);
        using var call = Publish(channel, NodeFixture.NewEnvelope(NodeFixture.NewTopic()), node.Authorization.With("xmtp-ack", "local"));
        await call.ResponseAsync;
        Assert.Equal("local", call.GetTrailers().GetValue("xmtp-ack"));
    }

    [Fact]
    public async Task Publish_WithoutLevel_IsAnsweredAsEver()
    {
        using var call = Publish(node.Channel, NodeFixture.NewEnvelope(NodeFixture.NewTopic()), node.Authorization);
        await call.ResponseAsync;
        Assert.Empty(call.GetTrailers());
    }

    [Theory]
    [MemberData(nameof(NodeApis.All), MemberType = typeof(NodeApis))]
    public async Task Publish_PeersThatAreNotThere_EndsBeforeTheDeadlineAndKeepsTheEnvelope(string api)
    {
        using var channel = NodeApis.Channel(node.Node, api);
        var envelope = NodeFixture.NewEnvelope(NodeFixture.NewTopic());
        using var call = Publish(channel, envelope, node.Authorization.With("xmtp-ack", "peers:1"), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(3));
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseAsync);

        GrpcAssert.Is(failure, StatusCode.DeadlineExceeded, "XMTP3010");
        Assert.Equal("local", failure.Trailers.GetValue("xmtp-ack"));
        Assert.Equal(envelope, Assert.Single((await node.Api.QueryAsync(new QueryRequest { ContentTopics = { envelope.ContentTopic } })).Envelopes));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Local")]
    [InlineData("peers")]
    [InlineData("peers:")]
    [InlineData("peers:0")]
    [InlineData("peers:65")]
    [InlineData("peers:-1")]
    [InlineData("peers: 1")]
    [InlineData("peers:99999999999999999999")]
    [InlineData("all")]
    public async Task Publish_UnknownLevel_IsRefusedAndStoresNothing(string level)
    {
        var envelope = NodeFixture.NewEnvelope(NodeFixture.NewTopic());
        using var call = Publish(node.Channel, envelope, node.Authorization.With("xmtp-ack", level));
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseAsync);
        GrpcAssert.Is(failure, StatusCode.InvalidArgument, "XMTP1008");
        Assert.Contains("xmtp-ack must be local, or peers: and a number from 1 to 64", failure.Status.Detail, StringComparison.Ordinal);
        Assert.Empty((await node.Api.QueryAsync(new QueryRequest { ContentTopics = { envelope.ContentTopic } })).Envelopes);
    }

    [Fact]
    public async Task Publish_TwoLevels_AreRefused()
    {
        using var call = Publish(node.Channel, NodeFixture.NewEnvelope(NodeFixture.NewTopic()), node.Authorization.With("xmtp-ack", "local").With("xmtp-ack", "peers:1"));
        GrpcAssert.Is(await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseAsync), StatusCode.InvalidArgument, "XMTP1008");
    }

    [Theory]
    [InlineData("local", HttpStatusCode.OK, "local")]
    [InlineData("peers:2", HttpStatusCode.GatewayTimeout, "local")]
    [InlineData("peers", HttpStatusCode.BadRequest, null)]
    public async Task Publish_OverJson_IsAnsweredInHeaders(string level, HttpStatusCode status, string? reached)
    {
        var body = $$"""{"envelopes":[{"contentTopic":"{{NodeFixture.NewTopic()}}","timestampNs":"1","message":"AA=="}]}""";
        using var response = await node.PostAsync("/message/v1/publish", body, "application/json", ("Authorization", node.Token), ("xmtp-ack", level), ("Grpc-Timeout", "2S"));
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(reached, response.Headers.TryGetValues("Grpc-Metadata-xmtp-ack", out var values) ? values.Single() : null);
        Assert.Equal(status == HttpStatusCode.GatewayTimeout ? "XMTP3010" : null, status == HttpStatusCode.GatewayTimeout ? response.Headers.GetValues("Grpc-Metadata-xmtp-error-code").Single() : null);
    }

    private static AsyncUnaryCall<PublishResponse> Publish(ChannelBase channel, Envelope envelope, Metadata headers, DateTime? deadline = null) =>
        new MessageApi.MessageApiClient(channel).PublishAsync(new PublishRequest { Envelopes = { envelope } }, headers, deadline, Token);
}
