using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Tests.Gateway;

/// <summary>Paths, verbs, formats, compression, CORS and limits of the JSON gateway.</summary>
public sealed class GatewayHttpTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private const string Protobuf = "application/x-protobuf";

    [Theory]
    [InlineData("/message/v1/nothing")]
    [InlineData("/message/v1/query/")]
    [InlineData("/Message/v1/query")]
    [InlineData("/message/v1/subscribe2")]
    [InlineData("/mls/v1/anything")]
    [InlineData("/identity/v1/anything")]
    [InlineData("/favicon.ico")]
    [InlineData("/../etc/passwd")]
    public async Task Post_UnknownPath_IsNotFound(string path)
    {
        using var posted = await node.PostAsync(path, "{}");
        await GatewayAssert.FailsAsync(posted, 404, 5, "Not Found");
        using var got = await node.Http.GetAsync(path, TestContext.Current.CancellationToken);
        await GatewayAssert.FailsAsync(got, 404, 5, "Not Found");
    }

    [Theory]
    [InlineData("GET", "/message/v1/query")]
    [InlineData("PUT", "/message/v1/publish")]
    [InlineData("DELETE", "/message/v1/subscribe")]
    [InlineData("OPTIONS", "/message/v1/batch-query")]
    [InlineData("POST", "/healthz")]
    [InlineData("POST", "/metrics")]
    public async Task Send_WrongVerb_IsUnimplemented(string verb, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        using var response = await node.Http.SendAsync(request, TestContext.Current.CancellationToken);
        await GatewayAssert.FailsAsync(response, 501, 12, "Method Not Allowed");
    }

    [Theory]
    [InlineData(Protobuf, null, true)]
    [InlineData(Protobuf, "*/*", true)]
    [InlineData(Protobuf + "; charset=binary", "application/json", true)]
    [InlineData("APPLICATION/X-PROTOBUF", null, true)]
    [InlineData("application/json", Protobuf, true)]
    [InlineData("application/json", Protobuf + ", */*", false)]
    [InlineData("application/json", "application/protobuf", false)]
    public async Task Query_EachFormat_AnswersInTheOneAskedFor(string contentType, string? accept, bool binary)
    {
        var envelope = NodeFixture.NewEnvelope(NodeFixture.NewTopic());
        await node.PublishAsync(envelope);
        var query = new QueryRequest { ContentTopics = { envelope.ContentTopic } };
        var body = contentType.StartsWith("application/json", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes($$"""{"contentTopics":["{{envelope.ContentTopic}}"]}""") : query.ToByteArray();
        (string, string)[] headers = accept is null ? [] : [("Accept", accept)];
        using var response = await node.PostAsync("/message/v1/query", body, contentType, headers);
        Assert.Equal(binary ? Protobuf : "application/json", response.Content.Headers.ContentType?.ToString());
        var answer = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        if (binary) Assert.Equal(envelope, Assert.Single(QueryResponse.Parser.ParseFrom(answer).Envelopes));
        else Assert.Equal(envelope.ContentTopic, JsonDocument.Parse(answer).RootElement.GetProperty("envelopes")[0].GetProperty("contentTopic").GetString());
    }

    [Fact]
    public async Task Publish_InBinary_PublishesAndAnswersNoBytes()
    {
        var envelope = NodeFixture.NewEnvelope(NodeFixture.NewTopic());
        using var response = await node.PostAsync("/message/v1/publish", new PublishRequest { Envelopes = { envelope } }.ToByteArray(), Protobuf, ("Authorization", node.Token));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(envelope, Assert.Single((await node.Api.QueryAsync(new QueryRequest { ContentTopics = { envelope.ContentTopic } })).Envelopes));
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xff, 0xff }, 3, 400, "not a valid protobuf message")]
    [InlineData(new byte[] { 0x0a, 0x7f, 1 }, 3, 400, "not a valid protobuf message")]
    [InlineData(new byte[0], 3, 400, "content topics required")]
    public async Task BinaryRequest_ThatIsBad_FailsWithABinaryStatus(byte[] body, int code, int status, string reason)
    {
        using var response = await node.PostAsync("/message/v1/query", body, Protobuf);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(Protobuf, response.Content.Headers.ContentType?.ToString());
        var input = new CodedInputStream(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(WireFormat.MakeTag(1, WireFormat.WireType.Varint), input.ReadTag());
        Assert.Equal(code, input.ReadInt32());
        Assert.Equal(WireFormat.MakeTag(2, WireFormat.WireType.LengthDelimited), input.ReadTag());
        Assert.Contains(reason, input.ReadString(), StringComparison.Ordinal);
        Assert.True(input.IsAtEnd);
        await node.AssertServesAsync();
    }

    [Theory]
    [InlineData("/message/v1/query", "gzip, deflate", true)]
    [InlineData("/message/v1/batch-query", "deflate;q=1, GZIP;q=0.5", true)]
    [InlineData("/message/v1/query", "br", false)]
    [InlineData("/message/v1/publish", "gzip", false)]
    public async Task Answer_IsCompressed_OnlyForQueriesOfClientsThatAcceptIt(string path, string accept, bool compressed)
    {
        using var response = await node.PostAsync(path, """{"contentTopics":["x"],"requests":[{"contentTopics":["x"]}]}""", "text/plain", ("Accept-Encoding", accept), ("Authorization", node.Token));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(compressed ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await using var plain = compressed ? new GZipStream(body, CompressionMode.Decompress) : body;
        using var json = await JsonDocument.ParseAsync(plain, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
    }

    [Fact]
    public async Task Request_ThatIsCompressed_IsRefusedWithAReason()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/message/v1/query") { Content = new ByteArrayContent([0x1f, 0x8b]) };
        request.Content.Headers.ContentEncoding.Add("gzip");
        using var response = await node.Http.SendAsync(request, TestContext.Current.CancellationToken);
        await GatewayAssert.FailsAsync(response, 501, 12, "content-encoding");
    }

    [Theory]
    [InlineData("/message/v1/publish")]
    [InlineData("/message/v1/subscribe")]
    [InlineData("/anything")]
    public async Task Preflight_IsAnswered_AndRemembered(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", "https://app.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,x-client-version");
        using var response = await node.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.True(int.Parse(response.Headers.GetValues("Access-Control-Max-Age").Single()) > 3600);
        var methods = response.Headers.GetValues("Access-Control-Allow-Methods").Single().Split(", ");
        Assert.Superset(new HashSet<string> { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" }, methods.ToHashSet());
        var allowed = response.Headers.GetValues("Access-Control-Allow-Headers").Single().Split(", ").ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.Superset(
            new HashSet<string>(
                ["content-type", "accept", "authorization", "x-app-version", "x-client-version", "x-libxmtp-version", "baggage", "dnt", "sec-ch-ua", "sec-ch-ua-mobile",
                "sec-ch-ua-platform", "sentry-trace", "user-agent", "x-grpc-web", "grpc-timeout", "x-user-agent"], StringComparer.OrdinalIgnoreCase),
            allowed);
    }

    [Theory]
    [InlineData("1S", 200)]
    [InlineData("99999999H", 200)]
    [InlineData("0m", 504)]
    [InlineData("1n", 504)]
    [InlineData("", 200)]
    [InlineData("1", 400)]
    [InlineData("S", 400)]
    [InlineData("-1S", 400)]
    [InlineData("123456789S", 400)]
    [InlineData("5x", 400)]
    public async Task Query_GrpcTimeout_SetsADeadline(string timeout, int status)
    {
        using var response = await node.PostAsync("/message/v1/query", """{"contentTopics":["x"]}""", "text/plain", ("Grpc-Timeout", timeout));
        if (status == 200) Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        else await GatewayAssert.FailsAsync(response, status, status == 504 ? 4 : 3, status == 504 ? "deadline" : "grpc-timeout");
    }

    [Fact]
    public async Task Request_ThatSaysItIsTooLarge_IsRefusedBeforeItIsSent()
    {
        using var socket = await RawHttp.ConnectAsync(node.Node.HttpAddress);
        await socket.SendAsync($"POST /message/v1/query HTTP/1.1\r\nHost: x\r\nContent-Length: {Limits.RequestLengthMaxBytes + 1}\r\n\r\n");
        var answer = await socket.ReadUntilAsync("\"details\":[]}");
        Assert.StartsWith("HTTP/1.1 429 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":8,\"message\":\"received message larger than max", answer, StringComparison.Ordinal);
        await node.AssertServesAsync();
    }

    [Fact]
    public async Task Request_ThatGrowsTooLarge_IsRefused()
    {
        using var socket = await RawHttp.ConnectAsync(node.Node.HttpAddress);
        await socket.SendAsync("POST /message/v1/query HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        var chunk = Encoding.ASCII.GetBytes($"100000\r\n{new string(' ', 0x100000)}\r\n");
        var answered = socket.ReadUntilAsync("\"details\":[]}");
        try
        {
            for (var i = 0; i < 60 && !answered.IsCompleted; i++) await socket.SendAsync(chunk);
        }
        catch (SocketException)
        {
            // The node closed the connection on the rest, as it should.
        }

        var answer = await answered;
        Assert.StartsWith("HTTP/1.1 429 ", answer, StringComparison.Ordinal);
        Assert.Contains("received message larger than max", answer, StringComparison.Ordinal);
        await node.AssertServesAsync();
    }

    [Fact]
    public async Task Request_OfTheLargestSize_IsRead()
    {
        var body = new byte[Limits.RequestLengthMaxBytes];
        body.AsSpan().Fill((byte)' ');
        Encoding.ASCII.GetBytes("""{"contentTopics":["x"]}""").CopyTo(body, body.Length - 30);
        using var response = await node.PostAsync("/message/v1/query", body, "text/plain");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Request_OfEndlesslyManyElements_IsRefused()
    {
        var envelopes = string.Concat(Enumerable.Repeat("{},", 1_000_001));
        using var json = await node.PostAsync("/message/v1/publish", $$"""{"envelopes":[{{envelopes}}{}]}""", "text/plain", ("Authorization", node.Token));
        await GatewayAssert.FailsAsync(json, 429, 8, "more than 1000000 elements");
        // Inside the queries of a batch, too.
        var query = new QueryRequest();
        query.ContentTopics.AddRange(Enumerable.Repeat(string.Empty, 600_000));
        using var binary = await node.PostAsync("/message/v1/batch-query", new BatchQueryRequest { Requests = { query, query } }.ToByteArray(), Protobuf);
        Assert.Equal(429, (int)binary.StatusCode);
        await node.AssertServesAsync();
    }

    [Theory]
    [InlineData("POST /message/v1/query HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"content")]
    [InlineData("POST /message/v1/publish HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"env")]
    [InlineData("POST /message/v1/subscribe HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n{")]
    [InlineData("POST /message/v1/qu")]
    public async Task Client_ThatBreaksOffInTheMiddle_HarmsNobody(string sent)
    {
        using (var socket = await RawHttp.ConnectAsync(node.Node.HttpAddress)) await socket.SendAsync(sent);
        await node.AssertServesAsync();
    }

    [Theory]
    [InlineData("NONSENSE\r\n\r\n")]
    [InlineData("POST /message/v1/query HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n")]
    [InlineData("POST /message/v1/query HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n")]
    public async Task Send_BrokenHttp_IsRefused(string sent)
    {
        using var socket = await RawHttp.ConnectAsync(node.Node.HttpAddress);
        await socket.SendAsync(sent);
        Assert.StartsWith("HTTP/1.1 400 ", await socket.ReadUntilAsync("\r\n"), StringComparison.Ordinal);
        await node.AssertServesAsync();
    }

    [Fact]
    public async Task Http2_OnTheHttpPort_IsTurnedAway()
    {
        using var socket = await RawHttp.ConnectAsync(node.Node.HttpAddress);
        await socket.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        await socket.WaitForCloseAsync();
        await node.AssertServesAsync();
    }

    [Fact]
    public async Task Get_Pages_AreServed()
    {
        using var front = await node.Http.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal("text/html; charset=utf-8", front.Content.Headers.ContentType?.ToString());
        using var description = JsonDocument.Parse(await node.Http.GetStringAsync("/swagger.json", TestContext.Current.CancellationToken));
        foreach (var path in description.RootElement.GetProperty("paths").EnumerateObject())
        {
            using var request = new HttpRequestMessage(path.Value.TryGetProperty("get", out _) ? HttpMethod.Get : HttpMethod.Post, path.Name) { Content = new StringContent("[]") };
            using var response = await node.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Contains((int)response.StatusCode, new[] { 200, 400 });
        }

        using var head = new HttpRequestMessage(HttpMethod.Head, "/");
        using var headers = await node.Http.SendAsync(head, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, headers.StatusCode);
        Assert.Equal(front.Content.Headers.ContentLength, headers.Content.Headers.ContentLength);
    }
}
