using Xmtp.Node.Core;
using Xmtp.Node.Hosting;
using Xmtp.Node.Tests.Support;

namespace Xmtp.Node.Tests.Gateway;

/// <summary>Clients that hold a connection without using it.</summary>
public sealed class SlowClientTests : IAsyncLifetime
{
    private readonly NodeFixture _node = new SmallBuffers();

    [Fact]
    public async Task Reader_ThatStopsReading_IsDroppedAndFindsOutWhy()
    {
        var topic = NodeFixture.NewTopic();
        using var socket = await RawHttp.ConnectAsync(_node.Node.HttpAddress);
        var body = $$"""{"contentTopics":["{{topic}}"]}""";
        await socket.SendAsync($"POST /message/v1/subscribe HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        await socket.ReadUntilAsync("\r\n\r\n");
        Assert.Equal(1, _node.Node.Host.OpenStreams);

        // The kernel's buffers fill first, then the subscription's; then the node lets go of it.
        for (var i = 0; _node.Node.Host.OpenStreams > 0; i++)
        {
            Assert.True(i < 200, "the reader was never dropped");
            await _node.PublishAsync([.. Enumerable.Range(0, 8).Select(_ => NodeFixture.NewEnvelope(topic, 20_000))]);
        }

        await _node.AssertServesAsync();
        await socket.ReadUntilAsync("{\"error\":{\"code\":14,");
    }

    [Fact]
    public async Task Writer_ThatStopsWriting_IsToldSoAndItsConnectionClosed()
    {
        using var socket = await RawHttp.ConnectAsync(_node.Node.HttpAddress);
        await socket.SendAsync("POST /message/v1/query HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
        var answer = await socket.ReadUntilAsync("\"details\":[]}");
        Assert.StartsWith("HTTP/1.1 504 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":4,\"message\":\"the request's body arrived too slowly\"", answer, StringComparison.Ordinal);
        await socket.WaitForCloseAsync();
        await _node.AssertServesAsync();
    }

    public ValueTask InitializeAsync() => _node.InitializeAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private sealed class SmallBuffers : NodeFixture
    {
        protected override NodeServices Services => new() { Messages = new MessageServiceOptions { SubscriptionBufferMax = 32 } };
    }
}
