using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Streams;

/// <summary>
/// A stream over nodes that have different parts of the whole, fail, lag and come back, by random programs: what it
/// delivers is compared with all that was published.
/// </summary>
public sealed class StreamHopTests
{
    private const int Programs = 30;

    // Every kind of envelope may turn up anywhere at any time: only positions find all of them.
    [Fact]
    public async Task Stream_NodesThatKnowPositions_BringsEverythingOnce() =>
        await RunAsync(static random => new HopProgram(random, positions: true) { IsLate = true });

    // Nothing but what a position protects is remembered, and all nodes have all when the stream moves.
    [Fact]
    public async Task Stream_SmallMemoryAndNodesInStep_BringsEverythingOnce() =>
        await RunAsync(static random => new HopProgram(random, positions: true) { IsLate = true, SeenMax = 1, IsInStep = true });

    // Some know no positions or cannot read those of others: what their clients find, they find by time.
    [Fact]
    public async Task Stream_NodesOfAllKinds_BringsEverythingOnce() =>
        await RunAsync(static random => new HopProgram(random, positions: false));

    private static async Task RunAsync(Func<SeededRandom, HopProgram> make)
    {
        var seeds = SeededRandom.Fresh();
        for (var i = 0; i < Programs; i++)
        {
            // The first is the one to repeat with a seed of the environment.
            var random = i == 0 ? seeds : SeededRandomOf(seeds);
            try
            {
                await using var program = make(random);
                await program.RunAsync();
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Assert.Fail($"{random}\n{failure}");
            }
        }
    }

    private static SeededRandom SeededRandomOf(SeededRandom seeds) => new(seeds.Number(int.MaxValue));
}
