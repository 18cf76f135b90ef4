using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;
using Xmtp.Node.Tests.Support;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

namespace Xmtp.Node.Tests.Gateway;

/// <summary>
/// Requests as the published JavaScript client 13.0.4 sends them, byte for byte: its headers in its order, its token, and the
/// first envelopes that a new account publishes.
/// </summary>
public sealed class PublishedClientTests
{
    [Fact]
    public async Task NewAccount_PublishesItsKeys_AndReadsThemBack()
    {
        var token = Vectors.Load("13-auth-token.json").Rows("tokens").First();
        var published = Vectors.Load("17-client-trace.json").Rows("steps").First().Rows("published").ToList();
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds((long)token.Number("created_ms") + 1000));
        await using var node = await TestNode.StartAsync(static options => options with { Store = StoreKind.Memory }, new NodeServices { Time = time });
        using var socket = await RawHttp.ConnectAsync(node.HttpAddress);

        // One connection for all, as the client keeps it.
        foreach (var envelope in published)
        {
            var (topic, timestamp, message) = (envelope.Text("topic"), envelope.Text("timestamp_ns"), Convert.ToBase64String(envelope.Bytes("message_bytes")));

            await socket.SendAsync(Request(node, "/message/v1/publish", token.Text("header_value"),
                $$"""{"envelopes":[{"contentTopic":"{{topic}}","timestampNs":"{{timestamp}}","message":"{{message}}"}]}"""));
            var (head, body) = await ReadAsync(socket);
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", head, StringComparison.Ordinal);
            Assert.DoesNotContain("Content-Encoding", head, StringComparison.Ordinal);
            Assert.Equal("{}", Encoding.UTF8.GetString(body));

            await socket.SendAsync(Request(node, "/message/v1/query", null, $$$"""{"contentTopics":["{{{topic}}}"],"pagingInfo":{"limit":1,"direction":"SORT_DIRECTION_DESCENDING"}}"""));
            (head, body) = await ReadAsync(socket);
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", head, StringComparison.Ordinal);
            Assert.Contains("Content-Encoding: gzip\r\n", head, StringComparison.Ordinal);
            await using var plain = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
            using var page = await JsonDocument.ParseAsync(plain, cancellationToken: TestContext.Current.CancellationToken);
            var stored = Assert.Single(page.RootElement.GetProperty("envelopes").EnumerateArray());
            Assert.Equal(topic, stored.GetProperty("contentTopic").GetString());
            Assert.Equal(timestamp, stored.GetProperty("timestampNs").GetString());
            // The two forms of the contact bear one time, so either may be the newest.
            var sent = published.Where(other => other.Text("topic") == topic).Select(static other => Convert.ToBase64String(other.Bytes("message_bytes")));
            Assert.Contains(stored.GetProperty("message").GetString(), sent);
        }
    }

    private static string Request(TestNode node, string path, string? authorization, string body) =>
        $"POST {path} HTTP/1.1\r\n" +
        $"host: localhost:{node.HttpAddress.Port}\r\n" +
        "connection: keep-alive\r\n" +
        "X-Client-Version: xmtp-js/13.0.4\r\n" +
        (authorization is null ? string.Empty : $"Authorization: {authorization}\r\n") +
        "content-type: text/plain;charset=UTF-8\r\n" +
        "accept: */*\r\n" +
        "accept-language: *\r\n" +
        "sec-fetch-mode: cors\r\n" +
        "user-agent: node\r\n" +
        "accept-encoding: gzip, deflate\r\n" +
        $"content-length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n" + body;

    private static async Task<(string Head, byte[] Body)> ReadAsync(RawHttp socket)
    {
        var head = await socket.ReadUntilAsync("\r\n\r\n");
        return (head, await socket.ReadChunksAsync());
    }
}
