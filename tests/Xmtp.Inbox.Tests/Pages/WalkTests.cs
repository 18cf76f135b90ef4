using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Xmtp.TestBrowser;
using Xmtp.TestSupport;

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>What a new user does: a node, an identity in the terminal, the inbox in the browser, a message each way.</summary>
public sealed class WalkTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("xmtp-walk-");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public Task Walk_BuiltCommand_MessagesBetweenInboxAndCommand()
    {
        // Built as the node is that the other tests of this project start.
        var command = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Xmtp.Cli", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/', '\\')), "xmtp.dll"));
        return WalkAsync([command], _home.FullName, new Figures("Walk"), TimeProvider.System.GetTimestamp());
    }

    /// <summary>From <c>git clone</c> in an empty home, packages fetched: some minutes of building.</summary>
    [Fact(Explicit = true)]
    public async Task Walk_FreshClone_IsMeasured()
    {
        var figures = new Figures("WalkFromClone");
        var started = TimeProvider.System.GetTimestamp();
        var clone = Path.Combine(_home.FullName, "clone");
        await ChildProcess.RunAsync("git", ["clone", "--quiet", Repository.Root, clone], Patience);
        await WalkAsync(["run", "-c", "Release", "--project", Path.Combine(clone, "src", "Xmtp.Cli"), "--"], clone, figures, started);
    }

    private async Task WalkAsync(string[] command, string directory, Figures figures, long started)
    {
        var chromium = Needed.Program("Chromium", "chromium", "chromium-browser", "google-chrome");
        var (http, grpc) = (FreePort(), FreePort());
        var environment = new (string Name, string? Value)[] { ("HOME", _home.FullName), ("XDG_CONFIG_HOME", null), ("XDG_DATA_HOME", null), ("XMTP_NODE", $"http://localhost:{grpc}"), ("NUGET_PACKAGES", null) };
        await using var node = ChildProcess.Start(
            "dotnet", directory, [.. command, "node", "run", "--data-dir", Path.Combine(_home.FullName, "data"), "--listen", "localhost", "--http-port", $"{http}", "--grpc-port", $"{grpc}", "--grpc-web-port", "0", "--network-port", "off"], environment);
        using var waiting = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!node.Lines.Any(static line => line.Contains("is ready", StringComparison.Ordinal)))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, string.Join('\n', node.Lines));
            await waiting.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        Tell("the node is ready");
        var passphrase = Path.Combine(_home.FullName, "passphrase.txt");
        await File.WriteAllTextAsync(passphrase, "a passphrase of my own\n", TestContext.Current.CancellationToken);
        var created = (await XmtpAsync("identity", "create", "--json")).Split('\n').Single(static line => line.StartsWith('{'));
        var address = JsonDocument.Parse(created).RootElement.GetProperty("address").GetString()!;
        Tell("an identity was made in the terminal");

        await using var browser = await Chromium.StartAsync(chromium);
        var inbox = await (await InboxPage.OpenAsync(browser, new Uri($"http://localhost:{http}/"))).SignUpAsync();
        Tell("the inbox is open");
        await XmtpAsync("send", inbox.Account, "gm from the terminal");
        await inbox.ChooseAsync("requests", address);
        await inbox.ShowsAsync("gm from the terminal");
        Tell("a message from the terminal was read in the inbox");
        await inbox.Page.PressAsync("#allow");
        await inbox.SendAsync("gm from the inbox");
        await Eventually.TrueAsync(async () => (await XmtpAsync("read", inbox.Account)).Contains("gm from the inbox", StringComparison.Ordinal), "the answer in the terminal");
        Tell("a message from the inbox was read in the terminal");
        figures.Write();

        Task<string> XmtpAsync(params string[] arguments) => ChildProcess.RunAsync("dotnet", [.. command, .. arguments, "--passphrase-file", passphrase], Patience, environment);

        void Tell(string what) => figures.Add(what, TimeProvider.System.GetElapsedTime(started).TotalSeconds, "s after the beginning");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
