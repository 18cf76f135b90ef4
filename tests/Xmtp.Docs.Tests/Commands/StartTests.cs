using System.Net;
using System.Net.Sockets;
using Xmtp.Docs.Tests.Markdown;

namespace Xmtp.Docs.Tests.Commands;

/// <summary>The first page, command by command, as a reader runs it; only ports and programs are those of this build.</summary>
public sealed class StartTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("xmtp-start-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Commands_OfThePage_LeadToAMessageThatIsRead()
    {
        var blocks = MarkdownFile.Get("docs/start.md").Fences.Where(static fence => fence.Info == "sh").Select(static fence => fence.Text).ToList();
        Assert.Contains("node run", blocks[0], StringComparison.Ordinal);
        var (http, grpc) = (FreePort(), FreePort());
        var node = $"{ToBuilt(blocks[0])} --http-port {http} --grpc-port {grpc} --grpc-web-port 0 --network-port off";
        await using var running = ChildProcess.Start("bash", _directory.FullName, ["-c", $"exec {node}"]);
        await running.LineAsync("ready");

        var script = string.Join('\n', blocks.Skip(1).Select(ToBuilt)).Replace("localhost:5555", $"localhost:{http}", StringComparison.Ordinal).Replace("localhost:5556", $"localhost:{grpc}", StringComparison.Ordinal);
        await using var reader = ChildProcess.Start("bash", _directory.FullName, ["-euo", "pipefail", "-c", script], [("XMTP_NODE", $"http://localhost:{grpc}")]);
        var lines = await reader.SucceedAsync(Patience);

        // Read by Bola, and by the program at the end.
        Assert.Contains(lines, static line => line.EndsWith("gm", StringComparison.Ordinal) && !line.StartsWith("0x", StringComparison.Ordinal));
        Assert.Matches("^0x[0-9a-fA-F]{40}: gm$", lines[^1]);
        Assert.True(File.Exists(Path.Combine(_directory.FullName, "amal.json")));
    }

    [Fact]
    public void Commands_OnThePage_StandInBlocksThatAreRun() =>
        Assert.All(MarkdownFile.Get("docs/start.md").Fences, static fence => Assert.True(fence.Info is "sh" or "csharp", $"docs/start.md({fence.Line}): this block is not run"));

    private static string ToBuilt(string commands) => commands
        .Replace("dotnet run -c Release --project src/Xmtp.Cli --", $"dotnet '{Path.Combine(AppContext.BaseDirectory, "xmtp.dll")}'", StringComparison.Ordinal)
        .Replace("dotnet run -c Release --project samples/QuickStart --", $"dotnet '{Built("QuickStart")}'", StringComparison.Ordinal);

    private static string Built(string project) =>
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/', '\\')), $"{project}.dll"));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
