using System.Diagnostics;

namespace Xmtp.Benchmarks;

/// <summary>Keeps a fixed number of calls in flight and tells how many finished in a second and how long each took.</summary>
internal static class Load
{
    public static async Task<LoadResult> RunAsync(
        int inFlight, TimeSpan duration, Func<long, Task> call, CancellationToken cancellationToken)
    {
        var latencies = new List<double>[inFlight];
        long next = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(worker => Task.Run(async () =>
        {
            var own = latencies[worker] = new List<double>(1 << 14);
            while (clock.Elapsed < duration)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var start = Stopwatch.GetTimestamp();
                await call(Interlocked.Increment(ref next));
                own.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }, cancellationToken)));
        var elapsed = clock.Elapsed;
        var all = latencies.SelectMany(static list => list).Order().ToArray();
        return new LoadResult(all.Length / elapsed.TotalSeconds, Percentile(all, 0.50), Percentile(all, 0.99), all.Length);
    }

    private static double Percentile(double[] sorted, double rank) =>
        sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * rank))];
}

/// <summary>What one run of <see cref="Load"/> measured.</summary>
/// <param name="PerSecond">Calls finished in a second.</param>
/// <param name="MedianMs">Half of the calls took at most this long.</param>
/// <param name="P99Ms">99 of 100 calls took at most this long.</param>
/// <param name="Calls">Calls finished.</param>
internal sealed record LoadResult(double PerSecond, double MedianMs, double P99Ms, int Calls);
