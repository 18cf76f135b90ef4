using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Cli.Serving;
using Xmtp.TestSupport;

namespace Xmtp.Cli.Tests.Serving;

/// <summary>What the server does not let programs do to each other. In this process, so that its clock can be moved; sockets and node are real.</summary>
public class ServeLimitTests(Network network)
{
    private const int MessageLength = 256 * 1024;
    private const int Messages = 16;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_ProgramThatReadsNothing_IsCutOffAndOthersAreNot()
    {
        var time = new FakeTimeProvider();
        using var home = network.Home();
        await using var client = await network.JoinAsync();
        await using var peer = await network.JoinAsync();
        await using var host = await ServeHost.StartAsync(client, OptionsOf(home), time, Cancellation);
        await client.Inbox.StartAsync(Cancellation);
        await using var reader = await ServeClient.ConnectAsync(SocketOf(home));
        await reader.ResultAsync("events.subscribe");
        await using var stuck = await ServeClient.ConnectAsync(SocketOf(home));
        await stuck.ResultAsync("events.subscribe");
        using var stuckOverHttp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await stuckOverHttp.ConnectAsync(IPAddress.Loopback, host.Http!.Port, Cancellation);
        await stuckOverHttp.SendAsync(Encoding.ASCII.GetBytes($"GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {await TokenOfAsync(home)}\r\n\r\n"), Cancellation);
        var began = new byte[64];
        Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(began, 0, await stuckOverHttp.ReceiveAsync(began, Cancellation)), StringComparison.Ordinal);

        var conversation = await peer.Conversations.NewConversationAsync(client.Address, cancellationToken: Cancellation);
        for (var sent = 0; sent < Messages; sent++)
        {
            await conversation.SendAsync(new string('x', MessageLength), Cancellation);
            Assert.Equal(MessageLength, ((string)(await reader.EventAsync("message"))["message"]!["text"]!).Length);
        }

        // What was ready for them is what the system's buffers and the server's hold, whatever else waits in the store.
        await Eventually.TrueAsync(() => CutOff(stuck.IsCutOff), "the program on the socket to be cut off");
        await Eventually.TrueAsync(() => CutOff(() => ServeClient.IsCutOff(stuckOverHttp)), "the one over HTTP to be cut off");
        Assert.InRange(await stuck.DrainAsync(), 1, MessageLength * Messages / 2);
        Assert.InRange(await ServeClient.DrainAsync(stuckOverHttp), 0, MessageLength * Messages / 2);

        await conversation.SendAsync("after it", Cancellation);
        Assert.Equal("after it", (string?)(await reader.EventAsync("message"))["message"]!["text"]);

        bool CutOff(Func<bool> isCutOff)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            return isCutOff();
        }
    }

    [Fact]
    public async Task Serve_NoConnectionLeft_RefusesTheNextUntilOneEnds()
    {
        using var home = network.Home();
        await using var client = await network.JoinAsync();
        await using var host = await ServeHost.StartAsync(client, OptionsOf(home) with { ConnectionsMax = 2 }, TimeProvider.System, Cancellation);
        using var http = new HttpClient { BaseAddress = host.Http };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenOfAsync(home));
        await using var first = await ServeClient.ConnectAsync(SocketOf(home));
        await first.ResultAsync("account");
        await using (var second = await ServeClient.ConnectAsync(SocketOf(home)))
        {
            await second.ResultAsync("account");
            await using (var third = await ServeClient.ConnectAsync(SocketOf(home)))
            {
                var refused = (await third.ReadAsync())["error"]!;
                Assert.Equal(-32001, (int)refused["code"]!);
                Assert.Contains("All 2 connections", (string)refused["message"]!, StringComparison.Ordinal);
                Assert.Null(await third.LineAsync());
            }

            using var full = await CallAsync(http);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, full.StatusCode);
            Assert.True(full.Headers.ConnectionClose);
            Assert.Contains("All 2 connections", await full.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
            await first.ResultAsync("account");
        }

        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await CallAsync(http);
                return answer.StatusCode == HttpStatusCode.OK;
            },
            "room for another");

        // That one is kept open by its client, and is the second again.
        await using var late = await ServeClient.ConnectAsync(SocketOf(home));
        Assert.Equal(-32001, (int)(await late.ReadAsync())["error"]!["code"]!);
    }

    private static string SocketOf(CliHome home) => Path.Combine(home.Path, "s");

    private static ServeOptions OptionsOf(CliHome home) => new(SocketOf(home), new IPEndPoint(IPAddress.Loopback, 0), new FileInfo(Path.Combine(home.Path, "token")), [], []);

    private static async Task<string> TokenOfAsync(CliHome home) => (await File.ReadAllTextAsync(Path.Combine(home.Path, "token"), Cancellation)).Trim();

    private static Task<HttpResponseMessage> CallAsync(HttpClient http) =>
        http.PostAsync(new Uri("/rpc", UriKind.Relative), new StringContent("""{"jsonrpc":"2.0","id":1,"method":"account"}""", Encoding.UTF8, "application/json"), Cancellation);
}
