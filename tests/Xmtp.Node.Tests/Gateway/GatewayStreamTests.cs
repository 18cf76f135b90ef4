using System.Net;
using System.Text;
using System.Text.Json;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;

namespace Xmtp.Node.Tests.Gateway;

/// <summary>Streams over HTTP.</summary>
public sealed class GatewayStreamTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    [Fact]
    public async Task Subscribe_SendsHeadersAtOnce_ThenOneLinePerEnvelope()
    {
        var topic = NodeFixture.NewTopic();
        using var response = await node.PostAsync("/message/v1/subscribe", $$"""{"contentTopics":["{{topic}}"]}""", "text/plain;charset=UTF-8", ("Accept-Encoding", "gzip, deflate"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("true", response.Headers.GetValues("Grpc-Metadata-Subscribed").Single());
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        Assert.True(response.Headers.TransferEncodingChunked);
        Assert.Empty(response.Content.Headers.ContentEncoding);

        // Published after the headers: it must arrive, without a query in between.
        var envelopes = new[] { NodeFixture.NewEnvelope(topic), NodeFixture.NewEnvelope("another topic"), NodeFixture.NewEnvelope(topic) };
        await node.PublishAsync(envelopes);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        foreach (var envelope in new[] { envelopes[0], envelopes[2] })
        {
            Assert.Equal(
                $$$"""{"result":{"contentTopic":"{{{topic}}}","timestampNs":"{{{envelope.TimestampNs}}}","message":"eHh4"}}""",
                await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Subscribe_OverABareConnection_SendsEachLineInItsOwnChunk()
    {
        var topic = NodeFixture.NewTopic();
        using var socket = await RawHttp.ConnectAsync(node.Node.HttpAddress);
        var body = $$"""{"contentTopics":["{{topic}}"]}""";
        await socket.SendAsync($"POST /message/v1/subscribe HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        var head = await socket.ReadUntilAsync("\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Transfer-Encoding: chunked\r\n", head, StringComparison.Ordinal);
        await node.PublishAsync(NodeFixture.NewEnvelope(topic));
        var chunk = await socket.ReadUntilAsync("\n\r\n");
        var (length, line) = (chunk[..chunk.IndexOf('\r')], chunk[(chunk.IndexOf('\n') + 1)..^2]);
        Assert.Equal(Convert.ToInt32(length, 16), line.Length);
        Assert.StartsWith("""{"result":{""", line, StringComparison.Ordinal);
        Assert.EndsWith("}}\n", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SubscribeAll_EveryTopic_CarriesThoseOfXmtpOnly()
    {
        using var response = await node.PostAsync("/message/v1/subscribe-all", "", "text/plain");
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var marker = Guid.NewGuid().ToString("N");
        await node.PublishAsync(NodeFixture.NewEnvelope($"test-{marker}"), NodeFixture.NewEnvelope($"/xmtp/0/m-{marker}"), NodeFixture.NewEnvelope($"/xmtp/1/m-{marker}"), NodeFixture.NewEnvelope($"/xmtp/mls/1/g-{marker}/proto"));
        var seen = new List<string>();
        while (seen.Count < 2)
        {
            using var line = JsonDocument.Parse((await lines.ReadLineAsync(TestContext.Current.CancellationToken))!);
            var topic = line.RootElement.GetProperty("result").GetProperty("contentTopic").GetString()!;
            if (topic.Contains(marker, StringComparison.Ordinal)) seen.Add(topic);
        }

        Assert.Equal([$"/xmtp/0/m-{marker}", $"/xmtp/mls/1/g-{marker}/proto"], seen);
    }

    [Fact]
    public async Task Subscribe_ToTheStar_FollowsNothingElse()
    {
        using var response = await node.PostAsync("/message/v1/subscribe", """{"contentTopics":["*"]}""");
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        await node.PublishAsync(NodeFixture.NewEnvelope(NodeFixture.NewTopic()), NodeFixture.NewEnvelope("*"));
        Assert.Contains("\"contentTopic\":\"*\"", await lines.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscribe_WithABadBody_IsRefusedBeforeItBegins()
    {
        using var response = await node.PostAsync("/message/v1/subscribe", """{"contentTopics":7}""");
        await GatewayAssert.FailsAsync(response, 400, 3, "contentTopics must be an array");
    }

    [Fact]
    public async Task Subscribe_WithBinaryBody_StillAnswersLines()
    {
        var topic = NodeFixture.NewTopic();
        var body = Google.Protobuf.MessageExtensions.ToByteArray(new SubscribeRequest { ContentTopics = { topic } });
        using var response = await node.PostAsync("/message/v1/subscribe", body, "application/x-protobuf");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        await node.PublishAsync(NodeFixture.NewEnvelope(topic));
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("""{"result":""", await lines.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscribe_PastItsDeadline_EndsWithAnErrorLine()
    {
        using var response = await node.PostAsync("/message/v1/subscribe", "{}", "text/plain", ("Grpc-Timeout", "100m"));
        Assert.Equal(
            "{\"error\":{\"code\":4,\"message\":\"the caller's deadline passed before the answer\",\"details\":[]}}\n",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Subscribe_WhenTheClientGoesAway_IsFreedAtOnce()
    {
        await Eventually.EqualAsync(0, OpenStreamsAsync);
        using (var socket = await RawHttp.ConnectAsync(node.Node.HttpAddress))
        {
            await socket.SendAsync("POST /message/v1/subscribe HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
            await socket.ReadUntilAsync("\r\n\r\n");
            await Eventually.EqualAsync(1, OpenStreamsAsync);
        }

        await Eventually.EqualAsync(0, OpenStreamsAsync);
    }

    [Fact]
    public async Task Subscribe_OfManyAtOnce_ArrivesInOrderAndWhole()
    {
        var topic = NodeFixture.NewTopic();
        using var response = await node.PostAsync("/message/v1/subscribe", $$"""{"contentTopics":["{{topic}}"]}""");
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var envelopes = Enumerable.Range(0, 500).Select(i => NodeFixture.NewEnvelope(topic, i)).ToArray();
        await node.PublishAsync(envelopes);
        foreach (var envelope in envelopes)
        {
            var line = await lines.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.Equal(
                $$$"""{"result":{"contentTopic":"{{{topic}}}","timestampNs":"{{{envelope.TimestampNs}}}","message":"{{{Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('x', envelope.Message.Length)))}}}"}}""",
                line);
        }
    }

    private async Task<double> OpenStreamsAsync() => MetricsText.Value(await node.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken), "xmtp_subscriptions_open");
}
