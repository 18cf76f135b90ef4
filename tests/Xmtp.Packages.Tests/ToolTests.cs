using System.Runtime.InteropServices;
using Xmtp.TestSupport;

namespace Xmtp.Packages.Tests;

/// <summary>The command as those have it who install the tool: from the package, outside of the repository.</summary>
public sealed class ToolTests(PackageFeed feed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Tool_Installed_ShowsTheDemo()
    {
        var tools = Path.Combine(feed.Root, "tools");
        await PackageFeed.DotnetAsync(feed.Root, "tool", "install", "Xmtp.Cli", "--tool-path", tools, "--version", PackageFeed.Version);
        var version = await RunAsync(tools, "--version");
        Assert.StartsWith(PackageFeed.Version, Assert.Single(version), StringComparison.Ordinal);
        Assert.Contains("has 42 of 42 messages", (await RunAsync(tools, "demo", "--once", "--json"))[^1], StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>> RunAsync(string tools, params string[] arguments)
    {
        // The tool's own program looks for the runtime where the system has it; here it is where these tests found theirs.
        var runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        await using var run = ChildProcess.Start(Path.Combine(tools, "xmtp"), feed.Root, arguments, [("DOTNET_ROOT", runtime), ("HOME", feed.Root)]);
        return await run.SucceedAsync(Patience);
    }
}
