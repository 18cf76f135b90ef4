using System.Text.Json.Nodes;
using Xmtp.Client;

namespace Xmtp.Cli.Tests.Commands;

public class InboxCommandTests(Network network)
{
    [Fact]
    public async Task Inbox_StoredOnce_AnswersWithoutANode()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        await using var stranger = await network.JoinAsync();
        (await home.RunKeyedAsync("send", peer.Address.ToString(), "to a friend")).Exited(0);
        await SendAsync(peer, "from a friend", "and again");
        await SendAsync(stranger, "Buy now");

        var synced = (await home.RunKeyedAsync("inbox", "sync")).Exited(0).Result;
        Assert.Equal((2, 4, 3, "live"), ((int)synced["conversations"]!, (int)synced["messages"]!, (int)synced["unread"]!, (string?)synced["phase"]));
        var store = (string)synced["store"]!;
        Assert.StartsWith(Path.Combine(home.Path, ".local", "share", "xmtp"), store, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(store));

        // The same store: it is that of the network which a context names, whatever answers there.
        var node = home.Variables["XMTP_NODE"];
        home.Variables.Remove("XMTP_NODE");
        var folder = Path.GetFileName(Path.GetDirectoryName(store))!;
        (await home.RunAsync("context", "set", "dead", "--node", DeadNode.Address.OriginalString, "--network", folder)).Exited(0);
        home.Variables["XMTP_CONTEXT"] = "dead";

        var list = (await home.RunKeyedAsync("inbox", "list", "--offline")).Exited(0).Results;
        Assert.Equal([stranger.Address.ToString(), peer.Address.ToString()], list.Select(static item => (string?)item["peer"]));
        Assert.Equal(["unknown", "allowed"], list.Select(static item => (string?)item["consent"]));
        Assert.Equal(["Buy now", "and again"], list.Select(static item => (string?)item["lastMessage"]!["text"]));
        Assert.Equal([1, 2], list.Select(static item => (int)item["unread"]!));

        Assert.Equal(stranger.Address.ToString(), (string?)(await home.RunKeyedAsync("inbox", "requests", "--offline")).Exited(0).Result["peer"]);
        Assert.Equal(peer.Address.ToString(), (string?)(await home.RunKeyedAsync("inbox", "list", "--offline", "--consent", "allowed")).Exited(0).Result["peer"]);
        Assert.Equal(["and again", "from a friend", "to a friend"], TextsOf((await home.RunKeyedAsync("inbox", "search", "A", "--offline")).Exited(0).Results.Where(message => (string?)message["peer"] == peer.Address.ToString())));
        Assert.Equal(["Buy now"], TextsOf((await home.RunKeyedAsync("inbox", "search", "BUY", "--offline", "--limit", "1")).Exited(0).Results));
        Assert.Empty((await home.RunKeyedAsync("inbox", "search", "nothing like it", "--offline")).Exited(0).Results);

        // Reading marks as read, unless told not to.
        Assert.Equal(["and again"], TextsOf((await home.RunKeyedAsync("inbox", "read", peer.Address.ToString(), "--offline", "--limit", "1", "--keep-unread")).Exited(0).Results));
        Assert.Equal(2, (await home.RunKeyedAsync("inbox", "list", "--offline", "--unread")).Exited(0).Results.Count);
        Assert.Equal(["to a friend", "from a friend", "and again"], TextsOf((await home.RunKeyedAsync("inbox", "read", peer.Address.ToString(), "--offline")).Exited(0).Results));
        Assert.Equal(stranger.Address.ToString(), (string?)(await home.RunKeyedAsync("inbox", "list", "--offline", "--unread")).Exited(0).Result["peer"]);

        // Without a network it is told, and what is stored is shown all the same; a sync has failed then.
        var dead = (await home.RunKeyedAsync("inbox", "list")).Exited(0);
        Assert.Equal(2, dead.Results.Count);
        Assert.Contains("cannot be reached", dead.Error, StringComparison.Ordinal);
        (await home.RunKeyedAsync("inbox", "sync")).Failed(5, "XMTP3001");

        home.Variables.Remove("XMTP_CONTEXT");
        home.Variables["XMTP_NODE"] = node;
        await SendAsync(peer, "later");
        var fresh = (await home.RunKeyedAsync("inbox", "list", "--limit", "1")).Exited(0).Result;
        Assert.Equal("later", (string?)fresh["lastMessage"]!["text"]);

        Task SendAsync(XmtpClient from, params string[] texts) => SendTextsAsync(from, wallet.Address.ToString(), texts);
    }

    [Fact]
    public async Task Inbox_NothingStored_IsToldOffline()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        Assert.Contains(wallet.Address.ToString(), (await home.RunKeyedAsync("inbox", "list", "--offline")).Failed(3, "XMTP1010"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(home.Path, ".local")));
        (await home.RunKeyedAsync("inbox", "sync", "--offline")).Failed(2, "XMTP3006");
        (await home.RunKeyedAsync("inbox")).Failed(2, "XMTP3006");
    }

    [Fact]
    public async Task Inbox_Disk_HoldsNothingReadable()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        home.Variables["XMTP_DATA_HOME"] = Path.Combine(home.Path, "data");
        await using var peer = await network.JoinAsync();
        await (await network.JoinAsync(wallet)).DisposeAsync();
        await SendTextsAsync(peer, wallet.Address.ToString(), "a text to look for on the disk");
        (await home.RunKeyedAsync("inbox", "sync")).Exited(0);
        var files = Directory.GetFiles(Path.Combine(home.Path, "data"), "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.False(File.ReadAllBytes(file).AsSpan().IndexOf("a text to look for"u8) >= 0));

        // With another passphrase it is the same store; a stranger's key file cannot even try it.
        var next = Path.Combine(home.Path, "next");
        await File.WriteAllTextAsync(next, "another horse", TestContext.Current.CancellationToken);
        (await home.RunKeyedAsync("identity", "passphrase", "--new-passphrase-file", next)).Exited(0);
        Assert.Single((await home.RunAsync("--json", "--passphrase-file", next, "inbox", "list", "--offline")).Exited(0).Results);
    }

    private static async Task SendTextsAsync(XmtpClient from, string to, params string[] texts)
    {
        var conversation = await from.Conversations.NewConversationAsync(to, cancellationToken: TestContext.Current.CancellationToken);
        foreach (var text in texts) await conversation.SendAsync(text, TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string?> TextsOf(IEnumerable<JsonObject> messages) => messages.Select(static message => (string?)message["text"]);
}
