using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Integration.Durability;

/// <summary>
/// A process that dies keeps what it has handed to the kernel, so this shows that nothing is acknowledged before it is
/// written, in which order ever; that it is also synced is for the store's own tests to show.
/// </summary>
public sealed class KilledNodeTests
{
    private const int Kills = 50;

    /// <summary>Requests that the node acknowledges before it dies; few and many, so that it dies in all phases.</summary>
    private const int MaximumRequestsBefore = 150;

    private static readonly string[] Options = ["--authentication", "off", "--rate-limits", "off"];

    [Fact]
    public async Task Publish_NodeKilledInTheMiddleAgainAndAgain_LosesNothingItAcknowledged()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var directory = new TemporaryDirectory();
        var loads = new List<PublishLoad>();
        var node = await NodeProcess.StartAsync(directory.Path, Options);
        try
        {
            for (var run = 0; run < Kills; run++)
            {
                var load = new PublishLoad(run, seed);
                loads.Add(load);
                await load.RunAsync(node.Api, random.Next(1, MaximumRequestsBefore), node.KillAsync, cancellationToken);
                await node.DisposeAsync();
                node = await NodeProcess.StartAsync(directory.Path, Options);
                await StoredEnvelopes.AssertKeptAsync(node.Api, load, $"seed {seed}, kill {run}", cancellationToken);
                await RetryUncertainAsync(node.Api, load, cancellationToken);
            }

            // The whole history once more: later kills must not have harmed what earlier ones left.
            foreach (var load in loads)
                await StoredEnvelopes.AssertWholeAsync(node.Api, load, $"seed {seed}, at the end", cancellationToken);
            Assert.True(loads.Sum(load => load.Uncertain.Count) > 0, $"seed {seed}: no kill came in the middle of a publish.");
            Assert.True(loads.Sum(load => load.Delivered.Count) > 0, $"seed {seed}: the subscriber saw nothing.");
        }
        finally
        {
            await node.DisposeAsync();
        }

        await LogAssert.IsDenseAsync(directory.Path, loads.SelectMany(load => load.Acknowledged.Concat(load.Uncertain)).ToHashSet(), cancellationToken);
    }

    // What a client does whose publish failed: the repeat must not make a second copy of what did arrive.
    private static async Task RetryUncertainAsync(MessageApi.MessageApiClient api, PublishLoad load, CancellationToken cancellationToken)
    {
        foreach (var batch in load.Uncertain.Chunk(10))
            await api.PublishAsync(new PublishRequest { Envelopes = { batch } }, cancellationToken: cancellationToken);
    }
}
