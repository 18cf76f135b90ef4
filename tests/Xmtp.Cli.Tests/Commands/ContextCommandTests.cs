using System.Text.Json.Nodes;

namespace Xmtp.Cli.Tests.Commands;

public class ContextCommandTests(Network network)
{
    private const string Unknown = "0x0000000000000000000000000000000000000001";

    [Fact]
    public async Task Context_SetUseRemove_ChangesWhatCommandsWorkWith()
    {
        using var home = new CliHome();
        var set = (await home.RunAsync("--json", "context", "set", "work", "--node", "http://one:1", "--node", "two:2", "--key-file", "work.json", "--network", "office")).Exited(0).Result;
        Assert.Equal("work", (string?)set["name"]);
        Assert.False((bool)set["current"]!);
        Assert.Equal(["http://one:1", "http://two:2"], Texts(set["nodes"]));
        Assert.Equal(Path.Combine(home.Path, "work.json"), (string?)set["keyFile"]);

        // What is not said again stays.
        var changed = (await home.RunAsync("--json", "context", "set", "work", "--node", "http://three:3")).Exited(0).Result;
        Assert.Equal(["http://three:3"], Texts(changed["nodes"]));
        Assert.Equal("office", (string?)changed["network"]);

        Assert.True((bool)(await home.RunAsync("--json", "context", "use", "work")).Exited(0).Result["current"]!);
        (await home.RunAsync("context", "set", "home")).Exited(0);
        Assert.Equal(["home", "work"], (await home.RunAsync("--json", "context", "list")).Exited(0).Results.Select(static context => (string?)context["name"]));
        var shown = (await home.RunAsync("--json", "context", "show")).Exited(0).Result;
        Assert.Equal(("work", "office"), ((string?)shown["name"], (string?)shown["network"]));

        (await home.RunAsync("context", "remove", "work")).Exited(0);
        shown = (await home.RunAsync("--json", "context", "show")).Exited(0).Result;
        Assert.Null(shown["name"]);
        Assert.Equal(["http://localhost:5556"], Texts(shown["nodes"]));
        Assert.Equal(home.KeyFile, (string?)shown["keyFile"]);
    }

    [Fact]
    public async Task Context_FlagsAndEnvironment_ComeBeforeIt()
    {
        using var home = new CliHome();
        foreach (var name in new[] { "a", "b", "c" }) (await home.RunAsync("context", "set", name, "--node", $"http://{name}:1")).Exited(0);
        (await home.RunAsync("context", "use", "a")).Exited(0);
        Assert.Equal(["http://a:1"], await NodesAsync());
        home.Variables["XMTP_CONTEXT"] = "b";
        Assert.Equal(["http://b:1"], await NodesAsync());
        Assert.Equal(["http://c:1"], await NodesAsync("--context", "c"));
        home.Variables["XMTP_NODE"] = "x:1, https://y:2";
        Assert.Equal(["http://x:1", "https://y:2"], await NodesAsync("--context", "c"));
        Assert.Equal(["http://z:3"], await NodesAsync("--context", "c", "--node", "z:3"));

        // Stores of a node that the context does not know are not those of its network.
        Assert.Equal("z-3", (string?)(await home.RunAsync("--json", "--context", "c", "--node", "z:3", "context", "show")).Result["network"]);
        Assert.Equal("c", (string?)(await home.RunAsync("--json", "--context", "c", "--node", "c:1", "context", "show")).Result["network"]);

        async Task<IEnumerable<string?>> NodesAsync(params string[] options) => Texts((await home.RunAsync(["--json", .. options, "context", "show"])).Exited(0).Result["nodes"]);
    }

    [Fact]
    public async Task Context_SeveralNodes_FailOver()
    {
        using var home = new CliHome();
        using var wallet = home.AddWallet();
        (await home.RunAsync("context", "set", "live", "--node", DeadNode.Address.OriginalString, "--node", network.Node.OriginalString, "--passphrase-file", home.PassphraseFile)).Exited(0);
        (await home.RunAsync("context", "use", "live")).Exited(0);
        (await home.RunAsync("--json", "contact", Unknown)).Exited(3);
        await using var peer = await network.JoinAsync();
        (await home.RunAsync("--json", "send", peer.Address.ToString(), "over the second node")).Exited(0);
    }

    [Fact]
    public async Task Context_File_IsPrivateAndWhole()
    {
        using var home = new CliHome();
        home.Variables["XMTP_CONFIG_HOME"] = Path.Combine(home.Path, "elsewhere");
        (await home.RunAsync("context", "set", "a")).Exited(0);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(home.Path, "elsewhere")));
        Assert.Equal("contexts.json", Path.GetFileName(file));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Theory]
    [InlineData("""{"version":2,"contexts":{}}""", "format is 2")]
    [InlineData("""{"version":1,"contexts":{"a":{"nodez":[]}}}""", "nodez")]
    [InlineData("""{"version":1,"contexts":{"a":{"nodes":["ftp://x"]}}}""", "ftp://x")]
    [InlineData("""{"version":1,"contexts":{"../a":{}}}""", "../a")]
    [InlineData("""{"version":1,"contexts":{"a":{"network":".."}}}""", "..")]
    [InlineData("""{"version":1}""", "contexts")]
    [InlineData("[", "cannot be used")]
    public async Task Context_FileThatIsNone_IsRefused(string content, string told)
    {
        using var home = new CliHome();
        Directory.CreateDirectory(Path.GetDirectoryName(home.KeyFile)!);
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(home.KeyFile)!, "contexts.json"), content, TestContext.Current.CancellationToken);
        Assert.Contains(told, (await home.RunAsync("--json", "contact", Unknown)).Failed(2, "XMTP3006"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("context", "use", "nobody")]
    [InlineData("context", "remove", "nobody")]
    [InlineData("context", "show", "nobody")]
    [InlineData("context", "set", "../evil")]
    [InlineData("context", "set", "a", "--network", "..")]
    [InlineData("identity", "show", "--context", "nobody")]
    public async Task Context_NameThatIsNone_IsRefused(params string[] arguments)
    {
        using var home = new CliHome();
        (await home.RunAsync(["--json", .. arguments])).Failed(2, "XMTP3006");
        Assert.False(Directory.Exists(Path.GetDirectoryName(home.KeyFile)!));
    }

    private static IEnumerable<string?> Texts(JsonNode? array) => array!.AsArray().Select(static node => (string?)node);
}
