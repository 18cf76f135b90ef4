namespace Xmtp.Cli.Tests;

/// <summary>The store's native library, which the program has inside.</summary>
public class UnpackingTests
{
    private static readonly string[] s_node = ["node", "run", "--stop-with-input", "--listen", "127.0.0.1", "--http-port", "0", "--grpc-port", "0", "--grpc-web-port", "0", "--network-port", "off", "--data-dir"];

    [Fact]
    public async Task Node_FirstStart_UnpacksOnceForTheOwnerAlone()
    {
        using var home = new CliHome();
        await RunNodeAsync(home);
        var library = Assert.Single(Directory.GetFiles(CacheOf(home), "*", SearchOption.AllDirectories));
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserExecute, File.GetUnixFileMode(library));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(library)!));
        var written = File.GetLastWriteTimeUtc(library);
        await RunNodeAsync(home);
        Assert.Equal(written, File.GetLastWriteTimeUtc(library));
    }

    [Fact]
    public async Task Node_LibraryExchanged_IsUnpackedAnew()
    {
        using var home = new CliHome();
        await RunNodeAsync(home);
        var library = Assert.Single(Directory.GetFiles(CacheOf(home), "*", SearchOption.AllDirectories));
        var whole = await File.ReadAllBytesAsync(library, TestContext.Current.CancellationToken);
        File.Delete(library);
        await File.WriteAllTextAsync(library, "somebody else's", TestContext.Current.CancellationToken);
        await RunNodeAsync(home);
        Assert.Equal(whole, await File.ReadAllBytesAsync(library, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Node_NoCacheFolder_RunsAndLeavesNothing()
    {
        using var home = new CliHome();
        home.Variables["HOME"] = Path.Combine(home.PassphraseFile, "nowhere");
        await RunNodeAsync(home);
        Assert.Empty(Directory.GetDirectories(home.Path, "xmtp-native-*"));
        Assert.False(Directory.Exists(Path.Combine(home.Path, ".cache")));
    }

    [Fact]
    public async Task Verbs_WithoutAStore_UnpackNothing()
    {
        using var home = new CliHome();
        (await home.RunAsync("error", "XMTP1001", "--json")).Exited(0);
        Assert.False(Directory.Exists(Path.Combine(home.Path, ".cache")));
    }

    private static string CacheOf(CliHome home) => Path.Combine(home.Path, ".cache", "xmtp");

    private static async Task RunNodeAsync(CliHome home) => (await home.RunAsync([.. s_node, Path.Combine(home.Path, "data")])).Exited(0);
}
