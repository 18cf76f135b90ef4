using System.Collections.Concurrent;
using System.Diagnostics;

namespace Xmtp.Docs.Tests.Commands;

/// <summary>What our programs say about themselves. Each is asked once for all tests.</summary>
internal static class ProgramOutput
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> s_outputs = new();

    /// <summary>Runs the <c>xmtp</c> command that was built with these tests.</summary>
    public static Task<string> OfCommandAsync(params string[] arguments) =>
        RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "xmtp.dll"), .. arguments]);

    /// <summary>Runs <c>build.sh</c>.</summary>
    public static Task<string> OfBuildAsync(params string[] arguments) => RunAsync("bash", [Repository.FullPath("build.sh"), .. arguments]);

    private static Task<string> RunAsync(string program, string[] arguments) =>
        s_outputs.GetOrAdd(string.Join(' ', arguments), _ => new Lazy<Task<string>>(() => RunOnceAsync(program, arguments))).Value;

    private static async Task<string> RunOnceAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}{await error}");
        return output;
    }
}
