using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Xmtp.Node.Core;
using Xmtp.Node.Hosting;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;

namespace Xmtp.Node.Tests.Rpc;

/// <summary>Streams over gRPC.</summary>
public sealed class GrpcStreamTests(GrpcStreamTests.SmallBuffers node) : IClassFixture<GrpcStreamTests.SmallBuffers>
{
    [Fact]
    public async Task Subscribe_SendsHeadersBeforeAnythingElse_AndMissesNothingAfterThem()
    {
        var topic = NodeFixture.NewTopic();
        await node.PublishAsync(NodeFixture.NewEnvelope(topic));
        using var stream = node.Api.Subscribe(new SubscribeRequest { ContentTopics = { topic } });
        Assert.Equal("true", (await stream.ResponseHeadersAsync).GetValue("subscribed"));
        var old = new Envelope { ContentTopic = topic, TimestampNs = 0, Message = ByteString.CopyFromUtf8("from 1970") };
        await node.PublishAsync(old);
        Assert.Equal(old, await NextAsync(stream.ResponseStream));
    }

    [Fact]
    public async Task SubscribeAll_NoTraffic_SendsHeadersAtOnce()
    {
        using var stream = node.Api.SubscribeAll(new SubscribeAllRequest());
        Assert.Equal("true", (await stream.ResponseHeadersAsync).GetValue("subscribed"));
    }

    [Fact]
    public async Task Subscribe2_SendsHeadersAtOnce_BeforeAnyTopic()
    {
        using var stream = node.Api.Subscribe2();
        Assert.Equal("true", (await stream.ResponseHeadersAsync).GetValue("subscribed"));
    }

    [Fact]
    public async Task Subscribe2_HeadersAfterTheFirstTopics_MeanThatTheyAreFollowed()
    {
        var topic = NodeFixture.NewTopic();
        using var stream = node.Api.Subscribe2();
        await stream.RequestStream.WriteAsync(new SubscribeRequest { ContentTopics = { topic } });
        await stream.ResponseHeadersAsync;
        var envelope = NodeFixture.NewEnvelope(topic);
        await node.PublishAsync(envelope);
        Assert.Equal(envelope, await NextAsync(stream.ResponseStream));
    }

    [Fact]
    public async Task Subscribe2_WithEachRequest_ReplacesTheWholeSetAndKeepsTheLastAfterHalfClose()
    {
        var (first, second) = (NodeFixture.NewTopic(), NodeFixture.NewTopic());
        using var stream = node.Api.Subscribe2();
        await stream.RequestStream.WriteAsync(new SubscribeRequest { ContentTopics = { first } });
        await DeliveredAsync(stream, first);
        await stream.RequestStream.WriteAsync(new SubscribeRequest { ContentTopics = { second } });
        await DeliveredAsync(stream, second);
        await stream.RequestStream.CompleteAsync();
        var (unwanted, wanted) = (NodeFixture.NewEnvelope(first), NodeFixture.NewEnvelope(second));
        await node.PublishAsync(unwanted, wanted);
        Envelope envelope;
        do envelope = await NextAsync(stream.ResponseStream);
        while (envelope.ContentTopic == second && !envelope.Equals(wanted));
        Assert.Equal(wanted, envelope);
    }

    [Fact]
    public async Task Client_ThatGoesAway_FreesItsSubscriptionAtOnce()
    {
        await Eventually.EqualAsync(0, () => Task.FromResult(node.OpenSubscriptions));
        using (var channel = GrpcChannel.ForAddress(node.Node.GrpcAddress))
        {
            var api = new MessageApi.MessageApiClient(channel);
            var streams = Enumerable.Range(0, 10).Select(_ => api.Subscribe(new SubscribeRequest { ContentTopics = { "x" } })).ToList();
            foreach (var stream in streams) await stream.ResponseHeadersAsync;
            using var bidirectional = api.Subscribe2();
            await bidirectional.ResponseHeadersAsync;
            Assert.Equal(11, node.OpenSubscriptions);
            streams[0].Dispose();
            await Eventually.EqualAsync(10, () => Task.FromResult(node.OpenSubscriptions));
        }

        await Eventually.EqualAsync(0, () => Task.FromResult(node.OpenSubscriptions));
    }

    [Fact]
    public async Task Reader_ThatFallsBehind_IsEndedWithUnavailable()
    {
        await Eventually.EqualAsync(0, () => Task.FromResult(node.OpenSubscriptions));
        var topic = NodeFixture.NewTopic();
        using var stream = node.Api.Subscribe(new SubscribeRequest { ContentTopics = { topic } });
        await stream.ResponseHeadersAsync;
        // Nobody reads; what fits into the windows of the connection and the buffer of the subscription goes, then it ends.
        for (var i = 0; node.OpenSubscriptions > 0; i++)
        {
            Assert.True(i < 200, "the reader was never dropped");
            await node.PublishAsync(NodeFixture.NewEnvelope(topic, 200_000));
        }

        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            {
            }
        });
        GrpcAssert.Is(failure, StatusCode.Unavailable, "XMTP3001");
        await node.AssertServesAsync();
    }

    private async Task DeliveredAsync(AsyncDuplexStreamingCall<SubscribeRequest, Envelope> stream, string topic)
    {
        // When a request has been applied can be told only by what arrives.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var publishing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await node.PublishAsync(NodeFixture.NewEnvelope(topic));
        }, TestContext.Current.CancellationToken);
        while ((await NextAsync(stream.ResponseStream)).ContentTopic != topic)
        {
        }

        await stop.CancelAsync();
        await publishing;
    }

    private static async Task<Envelope> NextAsync(IAsyncStreamReader<Envelope> stream)
    {
        Assert.True(await stream.MoveNext(TestContext.Current.CancellationToken));
        return stream.Current;
    }

    public sealed class SmallBuffers : NodeFixture
    {
        public int OpenSubscriptions => Node.Host.OpenStreams;

        protected override NodeServices Services => new() { Messages = new MessageServiceOptions { SubscriptionBufferMax = 64 } };
    }
}
