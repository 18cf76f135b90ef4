using System.Buffers.Binary;
using System.Net;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Tests.Rpc;

/// <summary>gRPC-Web, on its own port and on the HTTP port.</summary>
public sealed class GrpcWebTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private const string Query = "/xmtp.message_api.v1.MessageApi/Query";

    public static TheoryData<GrpcWebMode, bool> Everywhere => new()
    {
        { GrpcWebMode.GrpcWeb, false }, { GrpcWebMode.GrpcWebText, false }, { GrpcWebMode.GrpcWeb, true }, { GrpcWebMode.GrpcWebText, true },
    };

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Call_OverGrpcWeb_WorksAsOverGrpc(GrpcWebMode mode, bool onHttpPort)
    {
        using var channel = Channel(mode, onHttpPort);
        var api = new MessageApi.MessageApiClient(channel);
        var envelope = NodeFixture.NewEnvelope(NodeFixture.NewTopic(), 100_000);
        await api.PublishAsync(new PublishRequest { Envelopes = { envelope } }, node.Authorization);
        Assert.Equal(envelope, Assert.Single((await api.QueryAsync(new QueryRequest { ContentTopics = { envelope.ContentTopic } })).Envelopes));

        using var stream = api.Subscribe(new SubscribeRequest { ContentTopics = { envelope.ContentTopic } });
        Assert.Equal("true", (await stream.ResponseHeadersAsync).GetValue("subscribed"));
        var next = NodeFixture.NewEnvelope(envelope.ContentTopic);
        await api.PublishAsync(new PublishRequest { Envelopes = { next } }, node.Authorization);
        Assert.True(await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(next, stream.ResponseStream.Current);

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await api.QueryAsync(new QueryRequest()));
        GrpcAssert.Is(failure, StatusCode.InvalidArgument, "XMTP1004");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_BrowserRequest_GetsFramesThatBrowserClientsRead(bool onHttpPort)
    {
        var envelope = NodeFixture.NewEnvelope(NodeFixture.NewTopic());
        await node.PublishAsync(envelope);
        using var response = await PostAsync(onHttpPort, new QueryRequest { ContentTopics = { envelope.ContentTopic } }.ToByteArray());
        Assert.Equal("application/grpc-web+proto", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var exposed = response.Headers.GetValues("Access-Control-Expose-Headers").Single();
        foreach (var name in new[] { "grpc-status", "grpc-message", "grpc-status-details-bin", "xmtp-error-code", "xmtp-ack", "xmtp-position", "xmtp-position-ignored" }) Assert.Contains(name, exposed, StringComparison.Ordinal);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, body[0]);
        var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1));
        Assert.Equal(envelope, Assert.Single(QueryResponse.Parser.ParseFrom(body.AsSpan(5, length)).Envelopes));
        Assert.Equal(0x80, body[5 + length]);
        Assert.Equal("grpc-status: 0\r\n", Encoding.ASCII.GetString(body.AsSpan(10 + length)));
    }

    [Theory]
    [InlineData("", "grpc-status: 3\r\n", "xmtp-error-code: XMTP1004\r\n")]
    [InlineData("ffff", "grpc-status: 3\r\n", "xmtp-error-code: XMTP1008\r\n")]
    public async Task BrowserRequest_ThatFails_HasItsStatusInTheBody(string messageHex, params string[] trailers)
    {
        using var response = await PostAsync(onHttpPort: false, Convert.FromHexString(messageHex));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/grpc-web+proto", response.Content.Headers.ContentType?.ToString());
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0x80, body[0]);
        Assert.Equal(body.Length - 5, BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)));
        var text = Encoding.ASCII.GetString(body.AsSpan(5));
        foreach (var trailer in trailers) Assert.Contains(trailer, text, StringComparison.Ordinal);
        Assert.Contains("grpc-message: ", text, StringComparison.Ordinal);
        await node.AssertServesAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Options_Preflight_AllowsWhatBrowserClientsSend(bool onHttpPort)
    {
        using var http = new HttpClient { BaseAddress = onHttpPort ? node.Node.HttpAddress : node.Node.GrpcWebAddress };
        using var request = new HttpRequestMessage(HttpMethod.Options, Query);
        request.Headers.Add("Origin", "https://app.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("1728000", response.Headers.GetValues("Access-Control-Max-Age").Single());
        var methods = response.Headers.GetValues("Access-Control-Allow-Methods").Single().Split(", ").ToHashSet();
        Assert.Superset(new HashSet<string> { "GET", "PUT", "DELETE", "POST", "OPTIONS" }, methods);
        var allowed = response.Headers.GetValues("Access-Control-Allow-Headers").Single().Split(", ").ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.Superset(
            new HashSet<string>(
                ["keep-alive", "user-agent", "cache-control", "content-type", "content-transfer-encoding", "x-accept-content-transfer-encoding", "x-accept-response-streaming",
                "x-user-agent", "x-grpc-web", "grpc-timeout", "grpc-accept-encoding", "x-libxmtp-version", "x-app-version", "authorization", "x-client-version", "xmtp-ack", "xmtp-position"], StringComparer.OrdinalIgnoreCase),
            allowed);
    }

    [Fact]
    public async Task OtherRequest_OnTheGrpcWebPort_IsNotFound()
    {
        using var http = new HttpClient { BaseAddress = node.Node.GrpcWebAddress };
        using var response = await http.PostAsync("/message/v1/query", new StringContent("{}"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private GrpcChannel Channel(GrpcWebMode mode, bool onHttpPort) => GrpcChannel.ForAddress(onHttpPort ? node.Node.HttpAddress : node.Node.GrpcWebAddress, new GrpcChannelOptions
    {
        HttpHandler = new GrpcWebHandler(mode, new SocketsHttpHandler()),
        HttpVersion = HttpVersion.Version11,
    });

    private async Task<HttpResponseMessage> PostAsync(bool onHttpPort, byte[] message)
    {
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        using var http = new HttpClient { BaseAddress = onHttpPort ? node.Node.HttpAddress : node.Node.GrpcWebAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, Query) { Content = new ByteArrayContent(frame) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc-web+proto");
        request.Headers.TryAddWithoutValidation("Accept", "application/grpc-web+proto");
        request.Headers.TryAddWithoutValidation("X-Grpc-Web", "1");
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
