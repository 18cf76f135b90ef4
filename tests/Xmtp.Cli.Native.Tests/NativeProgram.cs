using Xmtp.TestSupport;

[assembly: AssemblyFixture(typeof(Xmtp.Cli.Tests.NativeProgram))]

namespace Xmtp.Cli.Tests;

/// <summary>Compiles the command once for all tests, and copies nothing but the program into a folder of its own.</summary>
public sealed class NativeProgram : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(15);
    private static string? s_path;

    private DirectoryInfo? _folder;

    /// <summary>The program.</summary>
    public static string Path => s_path ?? throw new InvalidOperationException("The program is not compiled yet.");

    /// <summary>What was made beside it.</summary>
    public static string Share => Repository.FullPath("artifacts/native/share");

    public async ValueTask InitializeAsync()
    {
        // Build servers outlive the build, and would keep this run's output open.
        await ChildProcess.RunAsync("bash", [Repository.FullPath("build.sh"), "native"], s_patience, ("CI", "true"));
        _folder = Directory.CreateTempSubdirectory("xmtp-native-test-");
        var path = System.IO.Path.Combine(_folder.FullName, "xmtp");
        File.Copy(Repository.FullPath("artifacts/native/xmtp"), path);
        s_path = path;
    }

    public ValueTask DisposeAsync()
    {
        _folder?.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
