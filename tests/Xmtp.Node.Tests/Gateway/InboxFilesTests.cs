using System.Net;
using System.Net.Http.Headers;
using Xmtp.TestNetwork;

namespace Xmtp.Node.Tests.Gateway;

/// <summary>The web inbox as HTTP serves it; what it does is tested in a browser.</summary>
public class InboxFilesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_FrontPage_IsTheInboxWithItsPolicy()
    {
        await using var node = await TestNode.StartAsync(cancellationToken: Cancellation);
        using var http = new HttpClient { BaseAddress = node.HttpAddress };
        using var front = await http.GetAsync("/", Cancellation);
        var text = await front.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("<title>XMTP inbox</title>", text, StringComparison.Ordinal);
        var policy = string.Join(' ', front.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self' 'wasm-unsafe-eval';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(front.Headers.GetValues("X-Content-Type-Options")));
        Assert.Contains("XMTP node", await http.GetStringAsync("/about", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_FilesOfThePage_AreCompressedAndCachedByName()
    {
        await using var node = await TestNode.StartAsync(cancellationToken: Cancellation);
        using var http = new HttpClient { BaseAddress = node.HttpAddress };
        var manifest = await http.GetStringAsync("/service-worker-assets.js", Cancellation);
        var names = manifest.Split("\"url\": \"").Skip(1).Select(static part => part[..part.IndexOf('"', StringComparison.Ordinal)]).ToArray();
        Assert.True(names.Length > 40);
        foreach (var name in names)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/{name}") { Headers = { AcceptEncoding = { new StringWithQualityHeaderValue("br") } } };
            using var file = await http.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            if (name.EndsWith(".wasm", StringComparison.Ordinal))
            {
                Assert.Equal(("application/wasm", "br"), (file.Content.Headers.ContentType?.ToString(), Assert.Single(file.Content.Headers.ContentEncoding)));
                Assert.Contains("immutable", file.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            }
            else if (name == "index.html")
            {
                Assert.True(file.Headers.CacheControl!.NoCache);
            }
        }
    }

    [Fact]
    public async Task Get_KnownTag_IsAnsweredWithoutBody()
    {
        await using var node = await TestNode.StartAsync(cancellationToken: Cancellation);
        using var http = new HttpClient { BaseAddress = node.HttpAddress };
        using var first = await http.GetAsync("/app.css", Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/app.css") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var second = await http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("/../node.key")]
    [InlineData("/%2e%2e/node.key")]
    [InlineData("/index.html/")]
    [InlineData("/_framework/")]
    [InlineData("/app.css.br")]
    public async Task Get_WhatIsNotThere_IsNotFound(string path)
    {
        await using var node = await TestNode.StartAsync(cancellationToken: Cancellation);
        using var http = new HttpClient { BaseAddress = node.HttpAddress };
        using var answer = await http.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Get_InboxOff_IsTheNodesOwnPage()
    {
        await using var node = await TestNode.StartAsync(static options => options with { Inbox = false }, cancellationToken: Cancellation);
        using var http = new HttpClient { BaseAddress = node.HttpAddress };
        Assert.Contains("XMTP node", await http.GetStringAsync("/", Cancellation), StringComparison.Ordinal);
        using var style = await http.GetAsync("/app.css", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, style.StatusCode);
    }
}
