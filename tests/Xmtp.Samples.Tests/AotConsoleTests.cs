using Xmtp.TestBrowser;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

namespace Xmtp.Samples.Tests;

/// <summary>The SDK compiled ahead of time to one native program: no warning, and it works with both kinds of cryptography.</summary>
public partial class AotConsoleTests
{
    private const int Starts = 11;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task AotConsole_PublishedAndRun_SendsAndReads()
    {
        Needed.Program("A C compiler, which native compilation links with,", "clang", "gcc");
        var published = await PublishedSample.CreateAsync("AotConsole");
        var program = Path.Combine(published, "xmtp-aot");
        var figures = new Figures("AotConsole");
        figures.Add("program", Figures.MiB([program]), "MiB");
        figures.Add("native SQLite beside it", Figures.MiB(Directory.GetFiles(published, "*.so")), "MiB");
        figures.Add("start to --version, median", await MedianAsync(() => ChildProcess.RunAsync(program, ["--version"], Patience)), "ms");

        await using var node = await TestNode.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        figures.Add("start to first messages, native cryptography", await RunAsync(program, node, "native", ("XMTP_CRYPTO", "native")), "ms");
        figures.Add("start to first messages, managed cryptography", await RunAsync(program, node, "managed", ("XMTP_CRYPTO", "managed")), "ms");
        var stored = await ChildProcess.RunAsync(program, [node.GrpcAddress.ToString(), Path.Combine(published, "inbox.db")], Patience);
        Assert.Contains("run 1: 2 messages with 0x", stored, StringComparison.Ordinal);
        Assert.Contains("run 2: 2 messages with 0x", stored, StringComparison.Ordinal);
        using var hidden = new HiddenLibrary();
        figures.Add("start to first messages, no libsecp256k1", await RunAsync(program, node, "managed", ("LD_LIBRARY_PATH", hidden.Directory)), "ms");
        figures.Write();
    }

    /// <summary>One conversation of two accounts; the program tells itself how long it took since its process began.</summary>
    private static async Task<double> RunAsync(string program, TestNode node, string cryptography, (string Name, string? Value) environment)
    {
        var output = await ChildProcess.RunAsync(
            program, [node.GrpcAddress.ToString()], Patience, environment);
        Assert.Contains("wrote: gm\n", output, StringComparison.Ordinal);
        Assert.Contains("sent: gm\nread: gm to you\n", output, StringComparison.Ordinal);
        Assert.Contains($"cryptography: {cryptography}\n", output, StringComparison.Ordinal);
        return double.Parse(SinceStart().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static async Task<double> MedianAsync(Func<Task> run)
    {
        var times = new List<double>();
        for (var start = 0; start < Starts; start++)
        {
            var clock = Stopwatch.StartNew();
            await run();
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        return times[Starts / 2];
    }

    [GeneratedRegex("first messages: ([0-9]+) ms after the start")]
    private static partial Regex SinceStart();
}
