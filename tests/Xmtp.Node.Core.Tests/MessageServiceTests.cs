using Google.Protobuf;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Tests;

public sealed class MessageServiceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PublishAsync_OneEnvelope_IsQueriedAndDelivered()
    {
        await using var service = await MessageService.OpenAsync(new InMemoryEnvelopeStore(), cancellationToken: Token);
        await using var subscription = service.Subscribe(["/xmtp/0/m-a/proto"]);

        await service.PublishAsync([Envelope("/xmtp/0/m-a/proto", 7, "hello")], Token);

        var page = await service.QueryAsync(new QueryRequest { ContentTopics = { "/xmtp/0/m-a/proto" } }, Token);
        var stored = Assert.Single(page.Envelopes);
        Assert.Equal(Envelope("/xmtp/0/m-a/proto", 7, "hello"), stored);
        await foreach (var live in subscription.ReadAllAsync(Token))
        {
            Assert.Equal(stored, live);
            break;
        }

        Assert.Equal(0, service.OpenSubscriptions);
    }

    private static Envelope Envelope(string topic, ulong timeNs, string message) =>
        new() { ContentTopic = topic, TimestampNs = timeNs, Message = ByteString.CopyFromUtf8(message) };
}
