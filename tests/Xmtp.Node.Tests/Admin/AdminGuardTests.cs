using System.Net;
using System.Net.Sockets;
using Xmtp.Node.Options;
using Xmtp.Node.Tests.Support;
using Xmtp.TestNetwork;

namespace Xmtp.Node.Tests.Admin;

public sealed class AdminGuardTests : IAsyncLifetime
{
    private AdminNode _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await AdminNode.StartAsync(static options => options with { Admin = options.Admin with { Hosts = ["node.example.org"] } });

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [InlineData(null, null)]
    [InlineData("Bearer", "wrong")]
    [InlineData("Basic", "{token}")]
    [InlineData("Bearer", "{token}x")]
    public async Task Request_WithoutTheToken_Is401(string? scheme, string? parameter)
    {
        using var http = new HttpClient { BaseAddress = _node.Http.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/status");
        if (scheme is not null) request.Headers.Authorization = new(scheme, parameter!.Replace("{token}", _node.Token, StringComparison.Ordinal));
        using var response = await http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.Contains("XMTP2005", text, StringComparison.Ordinal);
        Assert.DoesNotContain(_node.Token, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:99", HttpStatusCode.OK)]
    [InlineData("[::1]", HttpStatusCode.OK)]
    [InlineData("NODE.example.org:7", HttpStatusCode.OK)]
    [InlineData("evil.example", HttpStatusCode.Forbidden)]
    [InlineData("localhost.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1.evil.example", HttpStatusCode.Forbidden)]
    public async Task Request_ByAHost_IsAnsweredByKnownNamesOnly(string host, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/status") { Headers = { Host = host } };
        using var response = await _node.Http.SendAsync(request, Token);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Request_FromAWebPage_Is403()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/status");
        request.Headers.TryAddWithoutValidation("Origin", "http://localhost");
        using var response = await _node.Http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Request_RefusedManyTimes_IsLoggedOnce()
    {
        using var http = new HttpClient { BaseAddress = _node.Http.BaseAddress };
        for (var i = 0; i < 20; i++) using (await http.GetAsync(new Uri("/v1/status", UriKind.Relative), Token)) { }
        Assert.Single(_node.Node.Log.Lines, static line => line.EventId == 2282);
        Assert.DoesNotContain(_node.Node.Log.Lines, line => line.Text.Contains(_node.Token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Request_OfHostileShape_IsRefusedAndTheNodeGoesOn()
    {
        Assert.Equal("XMTP1010", (string?)(await _node.SendAsync(HttpMethod.Get, "/v1/nothing", null, 404))["code"]);
        Assert.Equal("XMTP1011", (string?)(await _node.SendAsync(HttpMethod.Delete, "/v1/status", null, 405))["code"]);
        Assert.Equal("XMTP1015", (string?)(await _node.PutAsync("/v1/limits", """{"requestPerMinute":1}""", 400))["code"]);
        Assert.Equal("XMTP1015", (string?)(await _node.PutAsync("/v1/limits", """{"enabled":true,"enabled":false}""", 400))["code"]);
        Assert.Equal("XMTP1015", (string?)(await _node.PutAsync("/v1/limits", new string('[', 100_000), 400))["code"]);
        Assert.Equal("XMTP1015", (string?)(await _node.PutAsync("/v1/limits", "null", 400))["code"]);
        // What is not sent cannot be reset: the answer comes for the length that is announced.
        using var large = await RawHttp.ConnectAsync(_node.Http.BaseAddress!);
        await large.SendAsync($"PUT /v1/limits HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {_node.Token}\r\nContent-Length: {2 << 20}\r\n\r\n");
        Assert.Contains("413", await large.ReadUntilAsync("\r\n"), StringComparison.Ordinal);
        Assert.Equal("XMTP1010", (string?)(await _node.PostAsync("/v1/lists/deny-list/more", "{}", 404))["code"]);
        using var raw = await RawHttp.ConnectAsync(_node.Http.BaseAddress!);
        await raw.SendAsync("GET /v1/status HTTP/1.1\r\nHost: localhost\r\n" + $"Authorization: Bearer {_node.Token}\r\nX-Long: {new string('x', 64 << 10)}\r\n\r\n");
        Assert.Contains("431", await raw.ReadUntilAsync("\r\n"), StringComparison.Ordinal);
        Assert.Equal("ready", (string?)(await _node.GetAsync("/v1/status"))["state"]);
    }

    [Fact]
    public async Task Ports_OfClientsAndOperator_ServeNothingOfEachOther()
    {
        using var http = new HttpClient { BaseAddress = _node.Node.HttpAddress };
        using var status = await http.GetAsync(new Uri("/v1/status", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, status.StatusCode);
        using var query = await _node.Http.PostAsync(new Uri("/message/v1/query", UriKind.Relative), new StringContent("{}"), Token);
        Assert.Equal(HttpStatusCode.NotFound, query.StatusCode);
    }

    [Fact]
    public async Task TokenFile_MadeAtTheStart_IsTheOwnersAndStays()
    {
        var path = Path.Combine(_node.Node.DataDirectory, "admin.token");
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        await _node.Node.StopAsync(Token);
        await _node.Node.StartAgainAsync(Token);
        Assert.Equal(_node.Token, File.ReadAllText(path).Trim());
    }

    [Theory]
    [InlineData("short", "at least 32")]
    [InlineData("with spaces in it, which no token has, though it is long", "without spaces")]
    [InlineData("", "at least 32")]
    public async Task TokenFile_ThatIsNone_StopsTheStart(string text, string problem)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var failure = await Assert.ThrowsAsync<NodeOptionsException>(() => AdminNode.StartAsync(options => options with { Store = StoreKind.Memory, Admin = options.Admin with { TokenFile = path } }));
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public async Task TokenFile_ThatOthersCanRead_StopsTheStart()
    {
        if (OperatingSystem.IsWindows()) return;
        var path = Path.GetTempFileName();
        File.WriteAllText(path, new string('t', 40));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var failure = await Assert.ThrowsAsync<NodeOptionsException>(() => AdminNode.StartAsync(options => options with { Store = StoreKind.Memory, Admin = options.Admin with { TokenFile = path } }));
        Assert.Contains("chmod 600", failure.Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public async Task Start_WithoutAdminPort_OpensNone()
    {
        await using var node = await TestNode.StartAsync(static options => options with { Store = StoreKind.Memory }, cancellationToken: Token);
        Assert.Null(node.Host.AdminAddress);
        Assert.False(File.Exists(Path.Combine(node.DataDirectory, "admin.token")));
    }

    [Fact]
    public async Task Start_AdminPortTaken_SaysWhich()
    {
        using var taken = new Socket(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        var failure = await Assert.ThrowsAsync<Protocol.Errors.XmtpException>(() => AdminNode.StartAsync(options => options with { Store = StoreKind.Memory, Admin = options.Admin with { Port = port } }));
        Assert.Contains($"port {port}", failure.Message, StringComparison.Ordinal);
    }
}
