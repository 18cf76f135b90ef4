using Xmtp.TestCluster;
using Xmtp.TestCluster.Processes;

namespace Xmtp.Interop.Scale;

/// <summary>
/// One account on two devices with this SDK and on a third with an unmodified JavaScript client, and a peer, who all write and read
/// at once, while connections break, a node is killed and comes back, and clients move to another node of the network.
/// </summary>
public sealed class AccountUnderFaultsTests(ITestOutputHelper output)
{
    private const int WriterCount = 4;
    private const int ConversationCount = 2;
    private const int JavaScriptChunk = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public Task Account_InTwoSdks_ReadsEachMessageOnce() => RunAsync(2_000);

    /// <summary>Two minutes on two cores, which is long for each run: the JavaScript client takes five milliseconds for each message it reads.</summary>
    [Fact(Explicit = true)]
    public Task Account_InTwoSdksWithTenThousandMessages_ReadsEachMessageOnce() => RunAsync(10_000);

    private async Task RunAsync(int total)
    {
        var watch = new Stopwatch(output);
        await using var cluster = await Cluster.StartAsync(2, "--authentication", "on");
        await cluster.WaitMeshAsync(Patience);
        await using var sides = await Sides.StartAsync(cluster);
        watch.Lap("two nodes, three devices and a peer");

        var progress = new Progress();
        var written = Task.WhenAll(
            WriteAsync(sides.Phone, total / WriterCount, progress), WriteAsync(sides.Laptop, total / WriterCount, progress), WriteAsync(sides.Peer, total / WriterCount, progress),
            WriteAsync(sides.JavaScript, total / WriterCount, progress, sides.JavaScriptMoves));
        await Task.WhenAll(written, DisturbAsync(cluster, sides, progress, total));
        watch.Lap($"{total} messages written");
        await Until.TrueAsync(
            async () => (await Task.WhenAll(sides.DotNet.Select(side => side.HasArrivedAsync(total)))).All(static has => has), Patience,
            () => Task.FromResult($"all messages on the streams; there are {string.Join(", ", sides.DotNet.Select(side => side.ArrivedCount))}"));
        watch.Lap("all on the streams");

        await CheckListsAsync(sides, total);
        watch.Lap("listed by all");
        foreach (var side in sides.DotNet)
        {
            var arrived = side.Arrived;
            output.WriteLine($"{side.Name}: {side.Reconnects} reconnects, {side.Repeats} repeats, {Line.CountInversions(arrived)} arrived after a later one");
            // Last, so that a late repeat would be found too.
            AssertEachOnceInOrder(Expected(total), arrived);
        }

        output.WriteLine($"JavaScript: {sides.JavaScript.Repeats} repeats");
        await CheckFollowingAsync(sides, total);
    }

    private static Task WriteAsync(DotNetSide side, int count, Progress progress) => Task.WhenAll(Enumerable.Range(0, ConversationCount).Select(async conversation =>
    {
        for (var i = 0; i < count / ConversationCount; i++)
        {
            await side.WriteAsync(new Line(conversation, side.Name, i));
            progress.Add(1);
        }
    }));

    private static async Task WriteAsync(JavaScriptSide side, int count, Progress progress, SemaphoreSlim moves)
    {
        for (var i = 0; i < count; i += ConversationCount * JavaScriptChunk)
        {
            for (var conversation = 0; conversation < ConversationCount; conversation++)
            {
                var lines = Enumerable.Range(i / ConversationCount, JavaScriptChunk).Select(number => new Line(conversation, Sides.JavaScriptName, number)).ToList();
                await moves.WaitAsync(TestContext.Current.CancellationToken);
                try
                {
                    await side.WriteAsync(lines);
                }
                finally
                {
                    moves.Release();
                }

                progress.Add(lines.Count);
            }
        }
    }

    private static async Task DisturbAsync(Cluster cluster, Sides sides, Progress progress, int total)
    {
        var (first, second) = (cluster.Nodes[0], cluster.Nodes[1]);
        foreach (var share in new[] { 0.05, 0.1, 0.2 })
        {
            await progress.ReachAsync((int)(total * share));
            sides.Drop();
        }

        await progress.ReachAsync((int)(total * 0.3));
        await first.KillAsync();
        await first.StartAsync(second.NetworkAddress);

        await progress.ReachAsync((int)(total * 0.5));
        await MoveAsync(sides, first, second);
        foreach (var share in new[] { 0.6, 0.7 })
        {
            await progress.ReachAsync((int)(total * share));
            sides.Drop();
        }

        // One device goes back, so that both nodes are read from and written to till the end.
        await progress.ReachAsync((int)(total * 0.8));
        sides.Laptop.Gateway.MoveTo(first);
        await progress.ReachAsync((int)(total * 0.9));
        sides.Drop();
    }

    /// <summary>
    /// Moves all but the peer. This SDK's clients write on when both nodes have a message; the JavaScript client knows no such
    /// level, so its texts keep their order only if it moves when the other node has what it wrote.
    /// </summary>
    private static async Task MoveAsync(Sides sides, ClusterNode from, ClusterNode to)
    {
        await sides.JavaScriptMoves.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            await from.IsCoveredAsync(to, Patience);
            foreach (var gateway in new[] { sides.Phone.Gateway, sides.Laptop.Gateway, sides.JavaScript.Gateway }) gateway.MoveTo(to);
        }
        finally
        {
            sides.JavaScriptMoves.Release();
        }
    }

    private static async Task CheckListsAsync(Sides sides, int total)
    {
        var expected = Expected(total);
        for (var conversation = 0; conversation < ConversationCount; conversation++)
        {
            var here = expected.Where(line => line.Conversation == conversation).ToList();
            foreach (var side in sides.DotNet) AssertEachOnceInOrder(here, await side.ListAsync(conversation));
            AssertEachOnceInOrder(here, await sides.JavaScript.ListAsync(conversation, TimeSpan.FromMinutes(5)));
        }
    }

    /// <summary>After all that, what the JavaScript client follows still brings what is new.</summary>
    private static async Task CheckFollowingAsync(Sides sides, int total)
    {
        var last = sides.Peer.Conversations[Sides.Followed];
        var seen = new List<Line>();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        // It does not tell when its stream stands again: what comes first shows it.
        for (var arrived = NextAsync(); !arrived.IsCompleted;)
        {
            await last.SendAsync(new Line(Sides.Followed, "end", 0).ToString(), TestContext.Current.CancellationToken);
            await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        // It decodes side by side, so its streams promise no order; and it misses what comes while it is not connected.
        Assert.Equal(seen.Distinct(), seen);
        Assert.NotEmpty(seen);
        Assert.Subset(Expected(total).ToHashSet(), seen.ToHashSet());

        async Task NextAsync()
        {
            while (Line.Parse((await sides.Following.NextAsync()).Text!) is { Writer: not "end" } line) seen.Add(line);
        }
    }

    private static List<Line> Expected(int total) =>
    [
        .. from writer in Sides.Writers
           from number in Enumerable.Range(0, total / WriterCount / ConversationCount)
           from conversation in Enumerable.Range(0, ConversationCount)
           select new Line(conversation, writer, number),
    ];

    private static void AssertEachOnceInOrder(List<Line> expected, Line[] actual)
    {
        Assert.Empty(expected.Except(actual).Take(5));
        Assert.Empty(actual.Except(expected).Take(5));
        Assert.Empty(actual.GroupBy(static line => line).Where(static group => group.Count() > 1).Select(static group => group.Key).Take(5));
        Assert.Equal(0, Line.CountInversions(actual));
    }
}
