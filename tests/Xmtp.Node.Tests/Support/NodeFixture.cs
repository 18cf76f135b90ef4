using System.Net;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestNetwork;

namespace Xmtp.Node.Tests.Support;

/// <summary>A node in memory with default settings, shared by the tests of one class, and clients for it.</summary>
public class NodeFixture : IAsyncLifetime
{
    private static int s_next;

    public TestNode Node { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public GrpcChannel Channel { get; private set; } = null!;

    public MessageApi.MessageApiClient Api { get; private set; } = null!;

    /// <summary>The token of some account.</summary>
    public string Token { get; protected set; } = null!;

    /// <summary>That account's address.</summary>
    public string Address { get; protected set; } = null!;

    public Metadata Authorization => new() { { "authorization", Token } };

    public virtual async ValueTask InitializeAsync()
    {
        Node = await TestNode.StartAsync(Configure, Services, TestContext.Current.CancellationToken);
        // Nothing is done that the test did not say: no decompression, no redirect, no cookie.
        Http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None, AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = Node.HttpAddress,
        };
        Channel = GrpcChannel.ForAddress(Node.GrpcAddress, new GrpcChannelOptions { MaxSendMessageSize = null, MaxReceiveMessageSize = null });
        Api = new MessageApi.MessageApiClient(Channel);
        var account = await TestAccount.CreateAsync();
        (Token, Address) = (account.Token(), account.Address);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Channel.Dispose();
        Http.Dispose();
        await Node.DisposeAsync();
    }

    /// <summary>A topic that no other test uses.</summary>
    public static string NewTopic() => $"/xmtp/0/m-{Guid.NewGuid():N}/proto";

    /// <summary>An envelope with a time and a message of its own.</summary>
    public static Envelope NewEnvelope(string topic, int size = 3) => new()
    {
        ContentTopic = topic,
        TimestampNs = (ulong)Interlocked.Increment(ref s_next),
        Message = Google.Protobuf.ByteString.CopyFrom(Encoding.ASCII.GetBytes(new string('x', size))),
    };

    public async Task PublishAsync(params Envelope[] envelopes)
    {
        var request = new PublishRequest();
        request.Envelopes.AddRange(envelopes);
        await Api.PublishAsync(request, Authorization);
    }

    /// <summary>Posts a body as the given content type, or none.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, string body, string? contentType = "application/json", params (string Name, string Value)[] headers) =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), contentType, headers);

    public async Task<HttpResponseMessage> PostAsync(string path, byte[] body, string? contentType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        if (contentType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public async Task<string> PostTextAsync(string path, string body, string? contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var response = await PostAsync(path, body, contentType, headers);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Fails unless the node still does its work: publish, then read it back.</summary>
    public async Task AssertServesAsync()
    {
        var envelope = NewEnvelope(NewTopic());
        await PublishAsync(envelope);
        var page = await Api.QueryAsync(new QueryRequest { ContentTopics = { envelope.ContentTopic } });
        Assert.Equal(envelope, Assert.Single(page.Envelopes));
        Assert.Equal("""{"envelopes":[],"pagingInfo":{"limit":0,"cursor":null,"direction":"SORT_DIRECTION_DESCENDING"}}""",
            await PostTextAsync("/message/v1/query", $$"""{"contentTopics":["{{NewTopic()}}"]}"""));
    }

    protected virtual NodeOptions Configure(NodeOptions options) => options with { Store = StoreKind.Memory };

    protected virtual NodeServices Services => new();
}
