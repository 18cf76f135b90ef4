using Grpc.Core;

namespace Xmtp.Integration.Durability;

public sealed class StoppedNodeTests
{
    private const int Stops = 5;
    private const int RequestsBefore = 60;

    private static readonly string[] Options = ["--authentication", "off", "--rate-limits", "off"];

    [Fact]
    public async Task Terminate_UnderLoad_EndsInOrderAndLosesNothing()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        using var directory = new TemporaryDirectory();
        var loads = new List<PublishLoad>();
        for (var run = 0; run < Stops; run++)
        {
            var load = new PublishLoad(run, seed);
            loads.Add(load);
            await using var node = await NodeProcess.StartAsync(directory.Path, Options);
            await load.RunAsync(node.Api, RequestsBefore, node.SignalTerminationAsync, cancellationToken);
            await node.WaitForExitAsync();

            Assert.True(node.ExitCode == 0, $"exit code {node.ExitCode}. {node.Output()}");
            Assert.All(load.Failures, code => Assert.Equal(StatusCode.Unavailable, code));
            Assert.Equal(StatusCode.Unavailable, load.StreamEnd);
        }

        await using var again = await NodeProcess.StartAsync(directory.Path, Options);
        foreach (var load in loads)
            await StoredEnvelopes.AssertKeptAsync(again.Api, load, $"seed {seed}", cancellationToken);
    }

    [Fact]
    public async Task Start_OnADirectoryThatANodeUses_FailsAndHarmsNothing()
    {
        using var directory = new TemporaryDirectory();
        await using var node = await NodeProcess.StartAsync(directory.Path, Options);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => NodeProcess.StartAsync(directory.Path, Options));

        Assert.Contains("XMTP", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await StoredEnvelopes.ReadAsync(node.Api, ["/xmtp/0/m-any/proto"], TestContext.Current.CancellationToken));
    }
}
