using System.Text;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Tests.Metrics;

/// <summary>What a node reports of itself: measurements and log.</summary>
public sealed class MetricsTests : IAsyncLifetime
{
    private const string ApiLabels = "service=\"xmtp.message_api.v1.MessageApi\"";
    private readonly NodeFixture _node = new();

    [Fact]
    public async Task Calls_AreCounted_UnderTheNamesThatDashboardsKnow()
    {
        var headers = _node.Authorization;
        headers.Add("x-client-version", "xmtp-js/13.0.4");
        headers.Add("x-app-version", "chat/2.1");
        var topic = NodeFixture.NewTopic();
        using var stream = _node.Api.Subscribe(new SubscribeRequest { ContentTopics = { topic, "y" } }, headers);
        await stream.ResponseHeadersAsync;
        await _node.Api.PublishAsync(new PublishRequest { Envelopes = { NodeFixture.NewEnvelope(topic), NodeFixture.NewEnvelope(topic) } }, headers);
        await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<RpcException>(async () => await _node.Api.QueryAsync(new QueryRequest(), headers));
        using (var query = await _node.PostAsync("/message/v1/query", """{"contentTopics":["x"]}""", "text/plain", ("X-Client-Version", "xmtp-js/13.0.4"), ("X-App-Version", "chat/2.1"))) query.EnsureSuccessStatusCode();

        var text = await ScrapeAsync();
        string[] versions = ["app=\"chat\"", "app_version=\"2.1\"", "client=\"xmtp-js\"", "client_version=\"13.0.4\"", "is_supported_client=\"true\"", "libxmtp_version=\"\""];
        Assert.Equal(1, MetricsText.Value(text, "xmtp_api_requests", [ApiLabels, "method=\"Publish\"", "error_code=\"OK\"", .. versions]));
        Assert.Equal(1, MetricsText.Value(text, "xmtp_api_requests", [ApiLabels, "method=\"Query\"", "error_code=\"OK\"", .. versions]));
        Assert.Equal(1, MetricsText.Value(text, "xmtp_api_requests", [ApiLabels, "method=\"Query\"", "error_code=\"InvalidArgument\"", .. versions]));
        Assert.Equal(1, MetricsText.Value(text, "xmtp_api_request_duration_ms_count", [ApiLabels, "method=\"Publish\"", .. versions]));
        Assert.Equal(1, MetricsText.Value(text, "xmtp_api_request_duration_ms_bucket", [ApiLabels, "method=\"Publish\"", "le=\"+Inf\"", .. versions]));
        Assert.Equal(1, MetricsText.Value(text, "xmtp_subscribe_topics_length_bucket", ["le=\"2\"", .. versions]));
        Assert.Equal(2, MetricsText.Value(text, "xmtp_subscribe_topics_length_sum", versions));
        Assert.Equal(2, MetricsText.Value(text, "xmtp_subscribed_topics"));
        Assert.Equal(2, MetricsText.Value(text, "xmtp_stored_messages"));
        Assert.Equal(2, MetricsText.Value(text, "xmtp_published_envelopes", "topic_category=\"v2-conversation\""));
        Assert.Equal(2, MetricsText.Value(text, "xmtp_published_envelope_count", "topic_category=\"v2-conversation\""));
        Assert.Equal(1, MetricsText.Value(text, "xmtp_api_running", "grpc_method=\"Subscribe\""));
        Assert.Equal(1, MetricsText.Value(text, "xmtp_api_errors", "code=\"XMTP1004\""));
        Assert.Equal(2, MetricsText.Value(text, "grpc_server_started_total", "grpc_method=\"Query\"", "grpc_type=\"unary\""));
        Assert.Equal(1, MetricsText.Value(text, "grpc_server_handled_total", "grpc_method=\"Query\"", "grpc_code=\"OK\""));
        Assert.Equal(1, MetricsText.Value(text, "grpc_server_msg_received_total", "grpc_method=\"Subscribe\""));
        Assert.InRange(MetricsText.Value(text, "grpc_server_msg_sent_total", "grpc_method=\"Subscribe\""), 1, 2);
        Assert.Equal(2, MetricsText.Value(text, "grpc_server_handling_seconds_count", "grpc_method=\"Query\""));
        Assert.True(MetricsText.Value(text, "process_resident_memory_bytes") > 1 << 20);
        Assert.True(MetricsText.Value(text, "process_cpu_seconds_total") > 0);
    }

    [Fact]
    public async Task Scrape_AfterCalls_IsValidExposition()
    {
        await _node.AssertServesAsync();
        using var response = await _node.Http.GetAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n');
        Assert.Equal(string.Empty, lines[^1]);
        foreach (var line in lines[..^1])
            Assert.Matches("""^(# (HELP [a-z_]+ .+|TYPE [a-z_]+ (counter|gauge|histogram))|[a-z_]+(\{([a-z_]+="([^"\\\n]|\\["\\n])*",?)+\})? -?[0-9.E+-]+)$""", line);
        Assert.Equal(lines.Count(static line => line.StartsWith("# TYPE", StringComparison.Ordinal)), lines.Where(static line => line.StartsWith("# TYPE", StringComparison.Ordinal)).Distinct().Count());
    }

    [Fact]
    public async Task Versions_ThatClientsMakeUp_AreCapped()
    {
        for (var i = 0; i < 200; i++)
        {
            using var response = await _node.PostAsync("/message/v1/query", """{"contentTopics":["x"]}""", "text/plain", ("X-Client-Version", $"made-up/{i}"));
        }

        using (var odd = await _node.PostAsync("/message/v1/query", """{"contentTopics":["x"]}""", "text/plain", ("X-Client-Version", "a\"b c"), ("X-App-Version", new string('x', 5000)))) odd.EnsureSuccessStatusCode();
        var text = await ScrapeAsync();
        Assert.InRange(text.Split('\n').Count(static line => line.StartsWith("xmtp_api_requests{", StringComparison.Ordinal)), 2, 70);
        Assert.Equal(201, MetricsText.Value(text, "xmtp_api_requests", "method=\"Query\""));
        Assert.True(MetricsText.Value(text, "xmtp_api_requests", "client=\"other\"") > 100);
    }

    [Fact]
    public async Task Nodes_InOneProcess_MeasureApart()
    {
        await _node.AssertServesAsync();
        await using var other = new NodeFixture();
        await other.InitializeAsync();
        Assert.Equal(0, MetricsText.Value(await other.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken), "xmtp_published_envelopes"));
        Assert.Equal(1, MetricsText.Value(await ScrapeAsync(), "xmtp_published_envelopes"));
    }

    [Fact]
    public async Task Log_TellsWhoCalledAndHowItEnded_ButNeverWhatWasSent()
    {
        const string secret = "a-message-nobody-may-log";
        var topic = NodeFixture.NewTopic();
        var envelope = new Envelope { ContentTopic = topic, TimestampNs = 1, Message = Google.Protobuf.ByteString.CopyFromUtf8(secret) };
        var headers = _node.Authorization;
        headers.Add("x-client-version", "xmtp-js/13.0.4");
        await _node.Api.PublishAsync(new PublishRequest { Envelopes = { envelope } }, headers);
        var json = $$"""{"envelopes":[{"contentTopic":"{{topic}}","message":"{{envelope.Message.ToBase64()}}"},{"message":7}]}""";
        using (var refused = await _node.PostAsync("/message/v1/publish", json, "text/plain", ("Authorization", _node.Token), ("X-App-Version", "chat/2"))) Assert.Equal(400, (int)refused.StatusCode);
        using (var forged = await _node.PostAsync("/message/v1/publish", "{}", "text/plain", ("Authorization", _node.Token[..^8]))) Assert.Equal(401, (int)forged.StatusCode);

        var calls = _node.Node.Log.Lines.Where(static line => line.EventId == 2200).ToList();
        Assert.Equal(3, calls.Count);
        Assert.All(calls, static line => Assert.Equal(LogLevel.Debug, line.Level));
        Assert.Matches(@"^Publish of xmtp\.message_api\.v1\.MessageApi ended OK after [0-9.]+ ms for 127\.0\.0\.1 \(app  , client xmtp-js 13\.0\.4, libxmtp \)", calls[0].Text);
        Assert.Contains("ended InvalidArgument", calls[1].Text, StringComparison.Ordinal);
        Assert.Contains("(app chat 2,", calls[1].Text, StringComparison.Ordinal);
        Assert.Contains("XMTP1008", calls[1].Text, StringComparison.Ordinal);
        Assert.Contains("ended Unauthenticated", calls[2].Text, StringComparison.Ordinal);
        string[] forbidden = [secret, Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)), _node.Token["Bearer ".Length..][..40]];
        foreach (var line in _node.Node.Log.Lines)
        {
            foreach (var part in forbidden) Assert.DoesNotContain(part, line.Text + line.Exception, StringComparison.Ordinal);
        }
    }

    public ValueTask InitializeAsync() => _node.InitializeAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private Task<string> ScrapeAsync() => _node.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
}
