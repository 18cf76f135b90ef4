using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Xmtp.Cli.Tests.Serving;

/// <summary>The server over HTTP.</summary>
public class ServeHttpTests(Network network)
{
    private const string Account = """{"jsonrpc":"2.0","id":1,"method":"account"}""";

    [Fact]
    public async Task Serve_Http_AnswersWhoBearsTheTokenAndNobodyElse()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var serve = await ServeCommandTests.StartAsync(home, "--http", "127.0.0.1:0", "--allow-origin", "https://app.example.com");
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(serve.TokenFile));
        var token = (await File.ReadAllTextAsync(serve.TokenFile, TestContext.Current.CancellationToken)).Trim();
        home.AddSecret(token);
        using var http = new HttpClient { BaseAddress = serve.Http };

        var answer = await CallAsync(request => request);
        Assert.Equal(wallet.Address.ToString(), (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["result"]!["address"]);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(static request => request.Headers.Authorization = null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token[..^1] + "g")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "")));

        // A page may point a name of its own to this machine; then the name tells it, and the origin too.
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await StatusAsync(static request => request.Headers.Host = "evil.example.com"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(request => request.Headers.Host = $"localhost:{serve.Http.Port}"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(static request => request.Headers.Add("Origin", "https://evil.example.com")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(static request => request.Headers.Add("Origin", "null")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(static request => request.Headers.Add("Origin", "https://app.example.com")));
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/rpc") { Headers = { { "Origin", "https://app.example.com" } } };
        Assert.Equal(HttpStatusCode.NoContent, (await http.SendAsync(preflight, TestContext.Current.CancellationToken)).StatusCode);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await StatusAsync(static request => request.Content = new StringContent(Account, Encoding.UTF8, "text/plain")));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await StatusAsync(static request => request.Content = new StringContent(new string(' ', 3 << 20), Encoding.UTF8, "application/json")));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(static request => request.RequestUri = new Uri("/", UriKind.Relative)));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await StatusAsync(static request => request.Method = HttpMethod.Put));
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(static request => request.Content = new StringContent("""{"jsonrpc":"2.0","method":"account"}""", Encoding.UTF8, "application/json")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(static request => request.Content = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"events.subscribe"}""", Encoding.UTF8, "application/json")));
        serve.Process.Signal(System.Runtime.InteropServices.PosixSignal.SIGINT);
        (await serve.Process.ExitAsync()).Exited(0);

        async Task<HttpStatusCode> StatusAsync(Action<HttpRequestMessage> change) => (await CallAsync(request =>
        {
            change(request);
            return request;
        })).StatusCode;

        async Task<HttpResponseMessage> CallAsync(Func<HttpRequestMessage, HttpRequestMessage> change)
        {
            using var request = change(new HttpRequestMessage(HttpMethod.Post, "/rpc") { Content = new StringContent(Account, Encoding.UTF8, "application/json"), Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } });
            return await http.SendAsync(request, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Serve_ServerSentEvents_GoOnAfterTheLastOne()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        await (await network.JoinAsync(wallet)).DisposeAsync();
        await using var serve = await ServeCommandTests.StartAsync(home, "--http", "localhost:0");
        using var http = new HttpClient { BaseAddress = serve.Http };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(serve.TokenFile, TestContext.Current.CancellationToken)).Trim());
        var conversation = await peer.Conversations.NewConversationAsync(wallet.Address, cancellationToken: TestContext.Current.CancellationToken);
        string id;
        using (var events = new StreamReader(await http.GetStreamAsync(new Uri("/events?after=0", UriKind.Relative), TestContext.Current.CancellationToken)))
        {
            Assert.Equal("open", (string?)(await NextAsync(events, "open")).Data["type"]);
            await conversation.SendAsync("one", TestContext.Current.CancellationToken);
            await conversation.SendAsync("two", TestContext.Current.CancellationToken);
            (id, var first) = await NextAsync(events, "message");
            Assert.Equal("one", (string?)first["message"]!["text"]);
            Assert.Equal(id, (string?)first["cursor"]);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, "/events") { Headers = { { "Last-Event-ID", id } } };
        using var again = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var rest = new StreamReader(await again.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal("two", (string?)(await NextAsync(rest, "message")).Data["message"]!["text"]);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync(new Uri("/events?after=99999", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);

        // Streams do not hold up the end.
        serve.Process.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        (await serve.Process.ExitAsync()).Exited(0);
    }

    [Theory]
    [InlineData("--http", "0.0.0.0:0")]
    [InlineData("--http", "5600")]
    [InlineData("--http", "example.com:5600")]
    public async Task Serve_AddressThatIsNotMeant_IsRefused(params string[] options)
    {
        using var home = network.Home();
        (await home.RunKeyedAsync(["serve", .. options])).Failed(2, "XMTP3006");
    }

    [Fact]
    public async Task Serve_TokenFileOthersCanRead_IsRefused()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        if (OperatingSystem.IsWindows()) return;
        var file = Path.Combine(home.Path, "token");
        await File.WriteAllTextAsync(file, new string('t', 64), TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        (await home.RunKeyedAsync("serve", "--http", "127.0.0.1:0", "--token-file", file)).Failed(6, "XMTP4010");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(file, "short", TestContext.Current.CancellationToken);
        (await home.RunKeyedAsync("serve", "--http", "127.0.0.1:0", "--token-file", file)).Failed(6, "XMTP4010");
    }

    private static async Task<(string Id, JsonObject Data)> NextAsync(StreamReader events, string type)
    {
        var (id, name) = ("", "");
        while (await events.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            if (line.StartsWith("data: ", StringComparison.Ordinal) && name == type) return (id, JsonNode.Parse(line[6..])!.AsObject());
        }

        throw new EndOfStreamException($"The stream ended without a {type}.");
    }
}
