using System.Diagnostics;
using Xmtp.Simulation.Checks;
using Xmtp.Simulation.Nodes;
using Xmtp.Simulation.Scenarios;

namespace Xmtp.Simulation.Tests;

public class SimulationTests
{
    // As many as fit: what a continuous integration run may spend on this. A failure names its seed and the command that runs it again.
    private const int SeedsMax = 40;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(75);

    public static TheoryData<string> Scenarios => [.. Scenario.All.Select(static scenario => scenario.Name)];

    [Fact]
    public void Run_ManySeedsOfEveryScenario_EverythingHolds()
    {
        var clock = Stopwatch.StartNew();
        var runs = from seed in Enumerable.Range(1, SeedsMax) from scenario in Scenario.All select new SimulationOptions(seed, scenario);
        var (count, events, ticks) = (0, 0L, 0L);
        var failures = new System.Collections.Concurrent.ConcurrentQueue<string>();
        Parallel.ForEach(runs, new ParallelOptions { MaxDegreeOfParallelism = 2 }, (options, loop) =>
        {
            if (clock.Elapsed > s_patience || loop.IsStopped) return;
            var result = Simulation.Run(options);
            Interlocked.Increment(ref count);
            Interlocked.Add(ref events, result.Events);
            Interlocked.Add(ref ticks, result.Time.Ticks);
            if (result.Failure is not { } failure) return;
            failures.Enqueue(failure);
            loop.Stop();
        });

        TestContext.Current.TestOutputHelper?.WriteLine($"{count} simulations, {events} events, {new TimeSpan(ticks).TotalHours:F1} simulated hours in {clock.Elapsed.TotalSeconds:F0} s");
        Assert.Empty(failures);
        Assert.True(count >= Scenario.All.Count, "not every scenario was run once");
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Run_SameSeedTwice_DoesTheSame(string name)
    {
        var options = new SimulationOptions(7, Scenario.Find(name));
        var (first, second) = (Simulation.Run(options), Simulation.Run(options));
        Assert.Equal((first.TraceHash, first.Events, first.Entries), (second.TraceHash, second.Events, second.Entries));
    }

    // A failed commit that had become durable after all, and the same entries sent again meanwhile, were stored twice.
    [Theory]
    [InlineData("mixed", 2, null)]
    [InlineData("disks", 1, null)]
    // Who only said that it has more of every log was asked for it again and again, and nobody else.
    [InlineData("byzantine", 102, null)]
    // A node that was put back asked how far its log goes while what it once sent was on its way to the other's disk, and went on too early.
    [InlineData("rollbacks", 556, 2)]
    // "I hold the same" was taken for what had been written after the question, and a publish was acknowledged for a node that did not have it.
    [InlineData("kills", 16, null)]
    // What was damaged on the disk when a reader came was no news to it once it was put back.
    [InlineData("rot", 41, null)]
    public void Run_SeedThatOnceFailed_Holds(string name, int seed, int? nodes) => Assert.Null(Simulation.Run(new SimulationOptions(seed, Scenario.Find(name), nodes)).Failure);

    [Theory]
    [InlineData(nameof(Canary.DroppedEntry), "kills")]
    [InlineData(nameof(Canary.SwappedPayloads), "partitions")]
    [InlineData(nameof(Canary.NoRollbackGuard), "rollbacks")]
    [InlineData(nameof(Canary.ResumesFromMaximum), "kills")]
    [InlineData(nameof(Canary.EarlyAcknowledgement), "calm")]
    [InlineData(nameof(Canary.ForgetsRepeats), "calm")]
    [InlineData(nameof(Canary.EarlyPublishAcknowledgement), "calm")]
    public void Run_PlantedBug_IsFound(string canary, string name)
    {
        var found = Enumerable.Range(1, 20).Select(seed => Simulation.Run(new SimulationOptions(seed, Scenario.Find(name), Canary: Enum.Parse<Canary>(canary))))
            .FirstOrDefault(static result => result.Failure is not null);
        Assert.True(found?.Invariant is not null and not Invariant.Soundness, found?.Failure ?? $"{canary} was not found");
    }
}
