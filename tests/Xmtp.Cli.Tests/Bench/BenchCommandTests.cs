using Xmtp.TestNetwork;

namespace Xmtp.Cli.Tests.Bench;

public class BenchCommandTests(Network network)
{
    [Fact]
    public async Task Bench_Node_MeasuresEachPart()
    {
        using var home = network.Home();
        var parts = (await home.RunAsync("bench", "--messages", "20", "--size", "1000", "--concurrency", "3", "--json")).Exited(0).Results;
        Assert.Equal(["publish", "query", "stream"], parts.Select(static part => (string?)part["part"]));
        Assert.All(parts, static part =>
        {
            Assert.Equal((20, 1000, false), ((int)part["calls"]!, (int)part["sizeBytes"]!, (bool)part["limitReached"]!));
            double[] times = [0, (double)part["p50Ms"]!, (double)part["p90Ms"]!, (double)part["p99Ms"]!, (double)part["maxMs"]!];
            Assert.Equal(times.Order(), times);
            Assert.True(times[1] > 0);
            Assert.True((double)part["perSecond"]! > 0);
        });
        Assert.Equal([3, 3, 1], parts.Select(static part => (int)part["concurrency"]!));
    }

    [Fact]
    public async Task Bench_AsText_IsATableWithoutABar()
    {
        using var home = network.Home();
        var result = (await home.RunAsync("bench", "--messages", "5", "--quiet")).Exited(0);
        Assert.Empty(result.Error);
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("part     calls  at once", lines[0], StringComparison.Ordinal);
        Assert.Equal(["publish", "query", "stream"], lines[1..].Select(static line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task Bench_NodeThatAsksForAPause_IsLeftAlone()
    {
        await using var node = await TestNode.StartAsync(static options => options with
        {
            RateLimits = options.RateLimits with { Loopback = true, PublishesCapacity = 5, PublishesPerMinute = 1 },
        });
        using var home = new CliHome(node.GrpcAddress);
        var result = (await home.RunAsync("bench", "--messages", "50", "--concurrency", "1", "--json")).Exited(5);
        Assert.Equal((5, true), ((int)result.Result["calls"]!, (bool)result.Result["limitReached"]!));
    }

    [Theory]
    [InlineData("--messages 0", "--messages")]
    [InlineData("--messages 1001", "1000")]
    [InlineData("--concurrency 33", "--concurrency")]
    [InlineData("--size x", "--size")]
    [InlineData("--messages 1000 --size 1000000", "32 MiB")]
    public async Task Bench_TooMuch_IsRefused(string options, string told)
    {
        using var home = network.Home();
        Assert.Contains(told, (await home.RunAsync(["bench", "--json", .. options.Split(' ')])).Failed(2, "XMTP3006"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bench_NodeDown_IsUnavailable()
    {
        using var home = new CliHome(DeadNode.Address);
        (await home.RunAsync("bench", "--json")).Failed(5, "XMTP3001");
    }
}
