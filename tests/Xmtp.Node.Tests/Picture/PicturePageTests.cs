using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;
using Xmtp.Node.Tests.Support;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

namespace Xmtp.Node.Tests.Picture;

public sealed class PicturePageTests : IAsyncLifetime
{
    private readonly StillNode _node = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _node.InitializeAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Network_AskedWithinASecond_AnswersTheSameBytes()
    {
        var before = await _node.Http.GetStringAsync("/network", Token);
        await _node.PublishAsync(NodeFixture.NewEnvelope(NodeFixture.NewTopic()));
        Assert.Equal(before, await _node.Http.GetStringAsync("/network", Token));
        _node.Time.Advance(TimeSpan.FromSeconds(1));
        var after = JsonNode.Parse(await _node.Http.GetStringAsync("/network", Token))!;
        Assert.Equal(1, (int)after["logs"]![0]!["entries"]!);
    }

    [Fact]
    public async Task Network_NothingChanged_HasTheSameTagAndNoBody()
    {
        using var first = await _node.Http.GetAsync("/network", Token);
        Assert.Equal("application/json", first.Content.Headers.ContentType!.MediaType);
        Assert.Equal("*", Assert.Single(first.Headers.GetValues("Access-Control-Allow-Origin")));
        _node.Time.Advance(TimeSpan.FromMinutes(1));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/network") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var second = await _node.Http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync(Token));

        await _node.PublishAsync(NodeFixture.NewEnvelope(NodeFixture.NewTopic()));
        _node.Time.Advance(TimeSpan.FromSeconds(1));
        using var again = new HttpRequestMessage(HttpMethod.Get, "/network") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var third = await _node.Http.SendAsync(again, Token);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
        Assert.NotEqual(first.Headers.ETag, third.Headers.ETag);
    }

    [Fact]
    public async Task Network_OtherMethods_AreAnsweredAsForEveryPage()
    {
        using var head = await _node.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/network"), Token);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.True(head.Content.Headers.ContentLength > 0);
        using var post = await _node.PostAsync("/network", "{}");
        Assert.Equal(HttpStatusCode.NotImplemented, post.StatusCode);
    }

    [Fact]
    public async Task Network_SwitchedOff_IsNotThere()
    {
        await using var node = await TestNode.StartAsync(static options => options with { Store = StoreKind.Memory, Network = options.Network with { Picture = false } }, cancellationToken: Token);
        using var http = new HttpClient { BaseAddress = node.HttpAddress };
        using var response = await http.GetAsync(new Uri("/network", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Network_ClientOverItsLimit_IsRefused()
    {
        await using var node = await TestNode.StartAsync(
            static options => options with { Store = StoreKind.Memory, RateLimits = options.RateLimits with { Loopback = true, RequestsPerMinute = 1, RequestsCapacity = 2 } }, cancellationToken: Token);
        using var http = new HttpClient { BaseAddress = node.HttpAddress };
        for (var i = 0; i < 2; i++) await http.GetStringAsync(new Uri("/network", UriKind.Relative), Token);
        using var refused = await http.GetAsync(new Uri("/network", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
    }

    [Fact]
    public async Task Network_ThreeNodes_ShowsLinksBetweenTheOthersAndAllCopies()
    {
        await using var mesh = await TestMesh.StartAsync(3, static options => options with { Store = StoreKind.Memory, Authentication = false });
        using var http = new HttpClient { BaseAddress = mesh.Nodes[0].HttpAddress };
        using var body = new StringContent("""{"envelopes":[{"contentTopic":"/xmtp/0/m-drawn/proto","timestampNs":"7","message":"aGk="}]}""", null, "application/json");
        using var published = await http.PostAsync(new Uri("/message/v1/publish", UriKind.Relative), body, Token);
        Assert.Equal(HttpStatusCode.OK, published.StatusCode);
        // Others are asked every ten seconds only.
        await mesh.SettledAsync();

        NetworkPictureText picture = null!;
        await Eventually.TrueAsync(async () =>
        {
            picture = JsonSerializer.Deserialize<NetworkPictureText>(await http.GetStringAsync(new Uri("/network", UriKind.Relative), Token), JsonSerializerOptions.Web)!;
            return picture.Logs.Length > 0 && picture.Logs.All(static log => log.Copies.Length == 3 && log.Copies.All(static copy => copy.LagEntries == 0)) && picture.Links.Length == 3;
        }, "a picture with three copies of everything");
        Assert.Equal([mesh.Nodes[0].Host.NodeId.ToString()], picture.Nodes.Take(1).Select(static node => node.Id));
        Assert.Equal(mesh.Nodes.Select(static node => node.Host.NodeId.ToString()).Order(), picture.Nodes.Select(static node => node.Id).Order());
        Assert.All(picture.Nodes, static node => Assert.True(node.Answered));
        Assert.All(picture.Links, static link => Assert.Equal(("up", "connected", "connected"), (link.State, link.SaidByA, link.SaidByB)));
        Assert.Contains(picture.Links, static link => link is { A: 1, B: 2 });
    }

    /// <summary>As somebody else would read it.</summary>
    private sealed record NetworkPictureText(NodeText[] Nodes, LinkText[] Links, LogText[] Logs);

    private sealed record NodeText(string Id, bool Answered);

    private sealed record LinkText(int A, int B, string State, string? SaidByA, string? SaidByB);

    private sealed record LogText(CopyText[] Copies);

    private sealed record CopyText(int Node, long LagEntries);

    private sealed class StillNode : NodeFixture
    {
        public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

        protected override NodeServices Services => new() { Time = Time };
    }
}
