using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Tests.Rpc;

/// <summary>gRPC as no client library writes it.</summary>
public sealed class GrpcFrameTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private static readonly byte[] s_query = new QueryRequest { ContentTopics = { "x" } }.ToByteArray();

    public static TheoryData<string, byte[], string?, int, string> BrokenRequests => new()
    {
        { "no body", [], null, 3, "XMTP1008" },
        { "half a prefix", [0, 0, 0], null, 3, "XMTP1008" },
        { "shorter than its length", [0, 0, 0, 0, 9, 1, 2], null, 3, "XMTP1008" },
        { "more than one message", [.. Frame(s_query), .. Frame(s_query)], null, 3, "XMTP1008" },
        { "impossible flag", [2, 0, 0, 0, 0], null, 3, "XMTP1008" },
        { "length beyond the limit", [0, .. Length(Limits.RequestLengthMaxBytes + 1)], null, 8, "XMTP1009" },
        { "length beyond an int", [0, 0xff, 0xff, 0xff, 0xff], null, 8, "XMTP1009" },
        { "not this message", Frame([0xff, 0xff, 0xff, 0xff]), null, 3, "XMTP1008" },
        { "text that is not UTF-8", Frame([0x0a, 2, 0xc3, 0x28]), null, 3, "XMTP1008" },
        { "truncated message", Frame([0x0a, 0x20, 1]), null, 3, "XMTP1008" },
        { "compressed without saying how", [1, .. Frame(s_query)[1..]], null, 3, "XMTP1008" },
        { "compressed in an unknown way", [1, .. Frame(s_query)[1..]], "snappy", 12, "XMTP1013" },
        { "deflate, which is not offered", [1, .. Frame(s_query)[1..]], "deflate", 12, "XMTP1013" },
        { "an endless number of elements", Frame(ManyElements()), null, 8, "XMTP1009" },
        { "gzip that is not gzip", [1, .. Frame(s_query)[1..]], "gzip", 3, "XMTP1008" },
        { "gzip of more than the limit", Frame(Gzip(new byte[Limits.RequestLengthMaxBytes + 1]), compressed: true), "gzip", 8, "XMTP1009" },
    };

    [Theory]
    [MemberData(nameof(BrokenRequests))]
    public async Task UnaryCall_WithABrokenBody_IsRefusedWithItsCode(string name, byte[] body, string? encoding, int status, string code)
    {
        using var response = await SendAsync("/xmtp.message_api.v1.MessageApi/Query", body, encoding);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal((name, status.ToString(), code), (name, Metadata(response, "grpc-status"), Metadata(response, "xmtp-error-code")));
        Assert.NotEmpty(Metadata(response, "grpc-message"));
        await node.AssertServesAsync();
    }

    [Theory]
    [MemberData(nameof(BrokenRequests))]
    public async Task BidirectionalStream_WithABrokenBody_EndsWithItsCode(string name, byte[] body, string? encoding, int status, string code)
    {
        // A stream may well say nothing, or several things, before the client closes its side.
        if (name is "no body" or "more than one message") return;
        using var response = await SendAsync("/xmtp.message_api.v1.MessageApi/Subscribe2", body, encoding);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal((name, status.ToString(), code), (name, Metadata(response, "grpc-status"), Metadata(response, "xmtp-error-code")));
        await node.AssertServesAsync();
    }

    [Theory]
    [InlineData("/xmtp.message_api.v1.MessageApi/Nothing")]
    [InlineData("/xmtp.message_api.v1.Nothing/Query")]
    public async Task Call_UnknownMethod_IsUnimplemented(string path)
    {
        using var response = await SendAsync(path, Frame(s_query), null);
        Assert.Equal("12", Metadata(response, "grpc-status"));
    }

    [Fact]
    public async Task Call_WrongContentType_IsRefused()
    {
        using var response = await SendAsync("/xmtp.message_api.v1.MessageApi/Query", Frame(s_query), null, "application/json");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        await node.AssertServesAsync();
    }

    [Theory]
    [InlineData("not a time")]
    [InlineData("99999999999S")]
    public async Task Call_BadTimeout_DoesNotHarm(string timeout)
    {
        using var response = await SendAsync("/xmtp.message_api.v1.MessageApi/Query", Frame(s_query), null, headers: ("grpc-timeout", timeout));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await node.AssertServesAsync();
    }

    [Fact]
    public async Task PlainHttp_OnTheGrpcPort_IsTurnedAway()
    {
        using var socket = await RawHttp.ConnectAsync(node.Node.GrpcAddress);
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await socket.WaitForCloseAsync();
        await node.AssertServesAsync();
    }

    private static byte[] ManyElements()
    {
        var bytes = new byte[2 * 1_000_001];
        for (var i = 0; i < bytes.Length; i += 2) bytes[i] = 0x0a;
        return bytes;
    }

    private static byte[] Length(int length)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        return bytes;
    }

    private static byte[] Frame(byte[] message, bool compressed = false) => [(byte)(compressed ? 1 : 0), .. Length(message.Length), .. message];

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest)) gzip.Write(bytes);
        return output.ToArray();
    }

    private async Task<HttpResponseMessage> SendAsync(string path, byte[] body, string? encoding, string contentType = "application/grpc", (string Name, string Value)? headers = null)
    {
        using var http = new HttpClient { BaseAddress = node.Node.GrpcAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (encoding is not null) request.Headers.Add("grpc-encoding", encoding);
        if (headers is { } header) request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static string Metadata(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var trailer) ? trailer.Single() : response.Headers.TryGetValues(name, out var header) ? header.Single() : "none";
}
