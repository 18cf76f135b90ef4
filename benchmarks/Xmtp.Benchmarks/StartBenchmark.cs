using System.Diagnostics;
using System.Globalization;

namespace Xmtp.Benchmarks;

/// <summary>How long the command takes from its call to its end: as one native file and with the runtime, turn by turn.</summary>
internal static class StartBenchmark
{
    private static readonly string[][] s_calls = [["--version"], ["error", "XMTP1001", "--json"], ["node", "run", "--help"], ["completions", "bash"]];

    public static async Task<int> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        var root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."));
        string[][] programs = [[Path.Combine(root, "native", "xmtp")], ["dotnet", Path.Combine(root, "bin", "Xmtp.Cli", "release", "xmtp.dll")]];
        if (programs.FirstOrDefault(static program => !File.Exists(program[^1])) is { } missing)
        {
            await Console.Error.WriteLineAsync($"{missing[^1]} is missing: run ./build.sh build and ./build.sh native before.");
            return 1;
        }

        Console.WriteLine($"one native file: {new FileInfo(programs[0][0]).Length / (double)(1 << 20):0} MiB; median (lowest) of {rounds} starts in milliseconds:");
        foreach (var call in s_calls)
        {
            var times = programs.Select(static _ => new List<double>()).ToList();
            for (var round = 0; round < rounds; round++)
                for (var i = 0; i < programs.Length; i++) times[i].Add(await MeasureAsync([.. programs[i], .. call], cancellationToken));
            times.ForEach(static list => list.Sort());
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"xmtp {string.Join(' ', call)}: native {times[0][rounds / 2]:0} ({times[0][0]:0}), runtime {times[1][rounds / 2]:0} ({times[1][0]:0}), ratio {times[1][rounds / 2] / times[0][rounds / 2]:0.0}"));
        }

        return 0;
    }

    private static async Task<double> MeasureAsync(string[] command, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? clock.Elapsed.TotalMilliseconds : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {error}");
    }
}
