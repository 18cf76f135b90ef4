using Xmtp.TestNetwork;

namespace Xmtp.Cli.Tests.Admin;

/// <summary>The verbs for a running node as processes of their own, against a real node.</summary>
public sealed class NodeAdminCommandTests : IAsyncLifetime
{
    private readonly CliHome _home = new();
    private TestNode _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var list = Path.Combine(_home.Path, "deny.txt");
        File.WriteAllText(list, "");
        _node = await TestNode.StartAsync(options => options with { Admin = options.Admin with { Port = 0 }, DenyListFile = list }, cancellationToken: Token);
        _home.Variables["XMTP_ADMIN"] = _node.Host.AdminAddress!.OriginalString;
        _home.Variables["XMTP_ADMIN_TOKEN_FILE"] = TokenFile;
        _home.AddSecret(File.ReadAllText(TokenFile).Trim());
    }

    private string TokenFile => Path.Combine(_node.DataDirectory, "admin.token");

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task Status_OfARunningNode_TellsItInBothForms()
    {
        var status = (await _home.RunAsync("node", "status", "--json")).Exited(0).Result;
        Assert.Equal((_node.Host.NodeId.ToString(), "ready"), ((string?)status["node"], (string?)status["state"]));
        var text = (await _home.RunAsync("node", "status", "--admin", _node.Host.AdminAddress!.Authority)).Exited(0).Output;
        Assert.Matches($"^node +{_node.Host.NodeId}\nstate +ready\n", text);
    }

    [Fact]
    public async Task Drain_ThenResume_ChangeTheState()
    {
        Assert.Equal("drained", (string?)(await _home.RunAsync("node", "drain", "--json")).Exited(0).Result["state"]);
        Assert.Equal("ready", (string?)(await _home.RunAsync("node", "resume", "--json")).Exited(0).Result["state"]);
    }

    [Fact]
    public async Task Settings_ShownAndChanged_AreThoseOfTheNode()
    {
        Assert.Equal(600, (int)(await _home.RunAsync("node", "limits", "--json")).Exited(0).Result["publishesPerMinute"]!);
        var limits = (await _home.RunAsync("node", "limits", "--json", "--loopback", "on", "--publishes-per-minute", "7")).Exited(0).Result;
        Assert.Equal((true, 7, 3000), ((bool)limits["loopback"]!, (int)limits["publishesPerMinute"]!, (int)limits["publishesCapacity"]!));
        Assert.Equal("90d", (string?)(await _home.RunAsync("node", "retention", "--json", "--xmtp-topics", "90d")).Exited(0).Result["xmtpTopics"]);
        Assert.Contains("topics /xmtp/…  90d", (await _home.RunAsync("node", "retention")).Exited(0).Output, StringComparison.Ordinal);
        Assert.Equal(0, (int)(await _home.RunAsync("node", "expire", "--json")).Exited(0).Result["removed"]!);
        Assert.Equal("warning", (string?)(await _home.RunAsync("node", "log-level", "warning", "--json")).Exited(0).Result["level"]);
        Assert.True((long)(await _home.RunAsync("node", "compact", "--json")).Exited(0).Result["bytesAfter"]! > 0);
    }

    [Fact]
    public async Task Lists_Changed_AreKept()
    {
        const string Wallet = "0x8ba1f109551bD432803012645Ac136ddd64DBA72";
        var changed = (await _home.RunAsync("node", "lists", "deny-list", "--add", Wallet, "--json")).Exited(0).Result;
        Assert.Equal(Wallet, (string?)changed["added"]![0]);
        Assert.Equal($"{Wallet}\n", (await _home.RunAsync("node", "lists", "deny-list")).Exited(0).Output);
        Assert.Contains("deny-list           1", (await _home.RunAsync("node", "lists")).Exited(0).Output, StringComparison.Ordinal);
        Assert.Contains("without --allow-list", (await _home.RunAsync("node", "lists", "allow-list", "--add", Wallet, "--json")).Failed(4, "XMTP3013"), StringComparison.Ordinal);
        Assert.Contains("name the list", (await _home.RunAsync("node", "lists", "--add", Wallet, "--json")).Failed(2, "XMTP3006"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_ThenRestore_BringsTheNodeBack()
    {
        var archive = Path.Combine(_home.Path, "node.tar");
        var backup = (await _home.RunAsync("node", "backup", archive, "--with-key", "--json")).Exited(0);
        Assert.Equal((_node.Host.NodeId.ToString(), true), ((string?)backup.Result["node"], (bool)backup.Result["withKey"]!));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(archive));
        (await _home.RunAsync("node", "backup", archive, "--json")).Failed(4, "XMTP3013");

        var target = Path.Combine(_home.Path, "restored");
        (await _home.RunAsync("node", "restore", archive, "--data-dir", target, "--json")).Exited(0);
        (await _home.RunAsync("node", "restore", archive, "--data-dir", target, "--json")).Failed(4, "XMTP3013");
        // What is restored is the data of a node that is stopped.
        var again = (await _home.RunAsync("node", "backup", Path.Combine(_home.Path, "again.tar"), "--data-dir", target, "--json")).Exited(0);
        Assert.Equal(_node.Host.NodeId.ToString(), (string?)again.Result["node"]);
        Assert.Contains("key is not in it", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_OfARunningNodesDirectory_IsRefused() =>
        Assert.Contains("belongs to a running process", (await _home.RunAsync("node", "backup", "x.tar", "--data-dir", _node.DataDirectory, "--json")).Failed(4, "XMTP3005"), StringComparison.Ordinal);

    [Fact]
    public async Task Restore_FileThatIsNone_IsRefused()
    {
        File.WriteAllText(Path.Combine(_home.Path, "none.tar"), new string('x', 5000));
        (await _home.RunAsync("node", "restore", "none.tar", "--data-dir", "new", "--json")).Failed(4, "XMTP3014");
        Assert.False(Directory.Exists(Path.Combine(_home.Path, "new")));
    }

    [Fact]
    public async Task Verb_WithoutNodeOrToken_SaysWhatIsMissing()
    {
        (await _home.RunAsync("node", "status", "--admin", DeadNode.Address.OriginalString, "--json")).Failed(5, "XMTP3001");
        var other = Path.Combine(_home.Path, "other.token");
        File.WriteAllText(other, new string('t', 40));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(other, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await _home.RunAsync("node", "status", "--admin-token-file", other, "--json")).Failed(4, "XMTP2005");
        Assert.Contains("token file", (await _home.RunAsync("node", "status", "--admin-token-file", "none", "--json")).Failed(2, "XMTP3006"), StringComparison.Ordinal);
        (await _home.RunAsync("node", "status", "--admin", "ftp://x", "--json")).Failed(2, "XMTP3006");
        // The port for clients is no admin port.
        (await _home.RunAsync("node", "status", "--admin", _node.HttpAddress.OriginalString, "--json")).Failed(1, "XMTP1011");
    }
}
