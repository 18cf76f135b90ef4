using System.Diagnostics;

namespace Xmtp.Samples.Tests;

/// <summary>Runs a program to its end.</summary>
internal static class ChildProcess
{
    /// <summary>What it printed; fails the test with its errors when it failed, and ends it when it takes too long.</summary>
    /// <param name="program">Its path, or its name on the path.</param>
    /// <param name="arguments">What it is given.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="environment">What to add to this process's environment.</param>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, TimeSpan patience, params IEnumerable<KeyValuePair<string, string?>> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        process.StandardInput.Close();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        ending.CancelAfter(patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(ending.Token);
            var errors = process.StandardError.ReadToEndAsync(ending.Token);
            await process.WaitForExitAsync(ending.Token);
            if (process.ExitCode != 0) Assert.Fail($"{program} ended with {process.ExitCode}: {await output}{await errors}");
            return await output;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
