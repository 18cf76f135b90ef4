using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Xmtp.Client;
using Xmtp.TestSupport;

namespace Xmtp.Cli.Tests.Serving;

/// <summary>The server on its socket.</summary>
public class ServeCommandTests(Network network)
{
    [Fact]
    public async Task Serve_Methods_DoWhatTheAccountCan()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        await using var serve = await StartAsync(home);
        await using var program = await ServeClient.ConnectAsync(serve.Socket);
        Assert.Equal(wallet.Address.ToString(), (string?)(await program.ResultAsync("account"))["address"]);
        Assert.True((bool)(await program.ResultAsync("contacts.canMessage", $$"""{"addresses":["{{peer.Address}}"]}"""))["accounts"]![peer.Address.ToString()]!);

        var to = $"\"peer\":\"{peer.Address}\"";
        var sent = await program.ResultAsync("messages.send", $$"""{ {{to}},"content":{"text":"from a program"},"wait":true}""");
        Assert.Equal("sent", (string?)sent["delivery"]);
        var received = await Assert.Single(await peer.Conversations.ListAsync(cancellationToken: TestContext.Current.CancellationToken))
            .ListMessagesAsync(cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal((string?)sent["id"], Assert.Single(received).Id.ToString());
        await program.ResultAsync("messages.send", $$"""{ {{to}},"content":{"attachment":{"fileName":"a.txt","mimeType":"text/plain","data":"aGk="} },"wait":true}""");

        var listed = (await program.ResultAsync("messages.list", $$"""{ {{to}},"oldestFirst":true,"data":true}"""))["messages"]!.AsArray();
        Assert.Equal(["from a program", "aGk="], [(string?)listed[0]!["content"]!["text"], (string?)listed[1]!["content"]!["attachment"]!["data"]]);
        var page = await program.ResultAsync("messages.list", $$"""{ {{to}},"limit":1}""");
        Assert.True((bool)page["more"]!);
        Assert.Null(Assert.Single(page["messages"]!.AsArray())!["content"]!["attachment"]!["data"]);
        Assert.Equal("from a program", (string?)(await program.ResultAsync("messages.find", $$"""{"id":"{{(string?)sent["id"]}}"}"""))["message"]!["text"]);

        var conversation = Assert.Single((await program.ResultAsync("conversations.list", """{"consent":"allowed"}"""))["conversations"]!.AsArray())!;
        Assert.Equal((peer.Address.ToString(), 2), ((string?)conversation["peer"], (int)conversation["messages"]!));
        var opened = await program.ResultAsync("conversations.open", $$"""{ {{to}},"conversationId":"example.com/1"}""");
        Assert.Equal("example.com/1", (string?)opened["conversationId"]);
        await program.ResultAsync("conversations.markRead", $$"""{"topic":"{{(string?)opened["topic"]}}"}""");

        Assert.Equal("denied", (string?)(await program.ResultAsync("consent.set", $$"""{"addresses":["{{peer.Address}}"],"state":"denied"}"""))["decisions"]![0]!["state"]);
        Assert.Equal("denied", (string?)(await program.ResultAsync("consent.get", $$"""{"addresses":["{{peer.Address}}"]}"""))["decisions"]![0]!["state"]);
        Assert.Single((await program.ResultAsync("consent.list"))["decisions"]!.AsArray());
        Assert.Equal("live", (string?)(await program.ResultAsync("inbox.sync"))["phase"]);
        Assert.Equal(2, (int)(await program.ResultAsync("inbox.state"))["messages"]!);
    }

    [Fact]
    public async Task Serve_Events_GoOnAfterTheCursorOfAnEarlierRun()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        await (await network.JoinAsync(wallet)).DisposeAsync();
        string cursor;
        await using (var serve = await StartAsync(home))
        {
            await using var program = await ServeClient.ConnectAsync(serve.Socket);
            var subscription = (string)(await program.ResultAsync("events.subscribe", """{"after":"0"}"""))["subscription"]!;
            await SendAsync(peer, wallet.Address.ToString(), "one", "two");
            var first = await program.EventAsync("message");
            Assert.Equal((subscription, "one"), ((string?)first["subscription"], (string?)first["message"]!["text"]));
            cursor = (string)first["cursor"]!;
            Assert.Equal("two", (string?)(await program.EventAsync("message"))["message"]!["text"]);
            Assert.True((bool)(await program.ResultAsync("events.unsubscribe", $$"""{"subscription":"{{subscription}}"}"""))["done"]!);
            Assert.False((bool)(await program.ResultAsync("events.unsubscribe", $$"""{"subscription":"{{subscription}}"}"""))["done"]!);
            serve.Process.Signal(PosixSignal.SIGTERM);
            Assert.Null(await program.LineAsync());
            (await serve.Process.ExitAsync()).Exited(0);
            Assert.False(File.Exists(serve.Socket));
        }

        await SendAsync(peer, wallet.Address.ToString(), "three");
        await using var again = await StartAsync(home);
        await using var reader = await ServeClient.ConnectAsync(again.Socket);
        await reader.ResultAsync("events.subscribe", $$"""{"after":"{{cursor}}"}""");
        Assert.Equal("two", (string?)(await reader.EventAsync("message"))["message"]!["text"]);
        Assert.Equal("three", (string?)(await reader.EventAsync("message"))["message"]!["text"]);
        await reader.ResultAsync("messages.send", $$"""{"peer":"{{peer.Address}}","content":{"text":"four"} }""");
        Assert.Equal("sent", (string?)(await reader.EventAsync("delivery"))["message"]!["delivery"]);
        var refused = await reader.CallAsync("events.subscribe", """{"after":"99999"}""");
        Assert.Equal("XMTP1006", (string?)refused["error"]!["data"]!["code"]);
    }

    [Theory]
    [InlineData("nonsense", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("17", -32600)]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"account"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"account"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"account","params":[1]}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"exportKeys"}""", -32601)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"account","params":{"x":1}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"messages.list","params":{}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"messages.list","params":{"topic":"a","limit":100000}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"messages.list","params":{"topic":"a"}}""", -32000)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"messages.send","params":{"peer":"0x1","content":{"text":"x"}}}""", -32000)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"messages.send","params":{"peer":"0x0000000000000000000000000000000000000001","content":{"text":"x"}}}""", -32000)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"consent.set","params":{"addresses":["0x0000000000000000000000000000000000000001"],"state":"unknown"}}""", -32602)]
    public async Task Serve_WrongRequest_IsAnsweredAndEndsNothing(string request, int code)
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var serve = await StartAsync(home);
        await using var program = await ServeClient.ConnectAsync(serve.Socket);
        await program.SendAsync(request);
        Assert.Equal(code, (int)(await program.ReadAsync())["error"]!["code"]!);
        await program.ResultAsync("account");
    }

    [Fact]
    public async Task Serve_BatchesAndNotifications_AreAnsweredAsDue()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var serve = await StartAsync(home);
        await using var program = await ServeClient.ConnectAsync(serve.Socket);
        await program.SendAsync("""{"jsonrpc":"2.0","method":"account"}""");
        await program.SendAsync("""[{"jsonrpc":"2.0","method":"account"}]""");
        await program.SendAsync("""[{"jsonrpc":"2.0","id":"a","method":"account"},{"jsonrpc":"2.0","method":"account"},{"jsonrpc":"2.0","id":"b","method":"none"}]""");
        var answers = JsonNode.Parse((await program.LineAsync())!)!.AsArray();
        Assert.Equal(["a", "b"], answers.Select(static answer => (string?)answer!["id"]));
        Assert.NotNull(answers[0]!["result"]);
        Assert.Equal(-32601, (int)answers[1]!["error"]!["code"]!);

        // A line without end is cut off; others are served on.
        await using var endless = await ServeClient.ConnectAsync(serve.Socket);
        try
        {
            await endless.SendAsync(new string('x', 3 << 20));
            Assert.Null(await endless.LineAsync());
        }
        catch (IOException)
        {
            // The server closed it while it was written to.
        }

        await program.ResultAsync("account");
    }

    [Fact]
    public async Task Serve_Socket_IsTheOwnersAloneAndTakenOnce()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using (var serve = await StartAsync(home))
        {
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(serve.Socket));
            home.Variables["XMTP_DATA_HOME"] = Path.Combine(home.Path, "elsewhere");
            Assert.Contains("another server", (await home.RunKeyedAsync("serve", "--socket", serve.Socket)).Failed(4, "XMTP3007"), StringComparison.Ordinal);
            home.Variables.Remove("XMTP_DATA_HOME");

            // The store is the server's while it runs.
            (await home.RunKeyedAsync("inbox", "list")).Failed(4, "XMTP3005");
        }

        // Killed, it left its socket; that is no obstacle, but a file is.
        await using var again = await StartAsync(home);
        home.Variables["XMTP_DATA_HOME"] = Path.Combine(home.Path, "elsewhere");
        (await home.RunKeyedAsync("serve", "--socket", home.PassphraseFile)).Failed(4, "XMTP3007");
        Assert.True(File.Exists(home.PassphraseFile));
    }

    [Fact]
    public async Task Serve_Methods_AreThoseOfThePage()
    {
        await using var client = await network.JoinAsync();
        var rows = Repository.Read("docs/reference/serve.md").Split('\n').SkipWhile(static line => line != "## Methods").Skip(1).TakeWhile(static line => !line.StartsWith('#')).Where(static line => line.StartsWith("| `", StringComparison.Ordinal));
        Assert.Equal(rows.Select(static row => row.Split('`')[1]), new Xmtp.Cli.Serving.ServeMethods(client).All.Keys);
    }

    internal static async Task<RunningServe> StartAsync(CliHome home, params string[] options)
    {
        var process = await home.StartAsync(["--json", "--passphrase-file", home.PassphraseFile, "serve", .. options]);
        var told = JsonNode.Parse(await process.Output.LineAsync("\"address\""))!.AsObject();
        return new RunningServe(process, told);
    }

    private static async Task SendAsync(XmtpClient from, string to, params string[] texts)
    {
        var conversation = await from.Conversations.NewConversationAsync(to, cancellationToken: TestContext.Current.CancellationToken);
        foreach (var text in texts) await conversation.SendAsync(text, TestContext.Current.CancellationToken);
    }
}
