using Google.Protobuf;
using Xmtp.Cli.Checks;
using Xmtp.Cli.Tests.Nodes;
using Xmtp.Node.Core.Keys;

namespace Xmtp.Cli.Tests.Checks;

public class LogCheckTests
{
    [Fact]
    public async Task Run_BehindBeyondTheLimit_IsDegraded()
    {
        await using var network = await FakeNetwork.StartAsync();
        var log = new FakeLog(network[0].Key).AppendMany(30);
        network[0].Hold(log);
        network[1].Hold(log, 19);
        network[2].Hold(log, 20);
        var report = await network.CheckAsync();
        var reason = Assert.Single(report.Reasons);
        Assert.Equal((CheckStatus.Degraded, CheckKind.Lag, network[1].Key.Id), (reason.Status, reason.Kind, reason.Node));
        Assert.Equal($"node {network[1].Name} is 11 entries behind with log {log.Name} (19 of 30)", reason.Text);
        Assert.Equal(11UL, report.LagMax);
        Assert.Equal(log.Name, reason.Log);
    }

    [Fact]
    public async Task Run_BehindWithinTheLimit_IsOk()
    {
        await using var network = await FakeNetwork.StartAsync();
        var log = new FakeLog(network[0].Key).AppendMany(30);
        network[0].Hold(log);
        network[1].Hold(log, 25);
        network[2].Hold(log);
        var report = await network.CheckAsync();
        Assert.Equal((CheckStatus.Ok, "3 of 3 nodes answer, 1 log, 30 entries, at most 5 entries behind"), (report.Status, report.Summary));
    }

    [Fact]
    public async Task Run_CaughtUpWhenAskedAgain_IsOk()
    {
        await using var network = await FakeNetwork.StartAsync();
        var log = new FakeLog(network[0].Key).AppendMany(30);
        network.HoldAll(log);
        network[1].Logs = asked => [log.State(asked == 0 ? 2UL : 30)];
        network[2].Logs = asked => asked == 0 ? [] : [log.State()];
        var report = await network.CheckAsync();
        Assert.Empty(report.Reasons);
        Assert.Equal(0UL, report.LagMax);
    }

    [Fact]
    public async Task Run_GrewSinceTheFirstLook_IsMeasuredByTheFirst()
    {
        await using var network = await FakeNetwork.StartAsync();
        var log = new FakeLog(network[0].Key).AppendMany(60);
        network.HoldAll(log);
        network[0].Logs = _ => [log.State(30)];
        network[1].Logs = asked => [log.State(asked == 0 ? 2UL : 60)];
        network[2].Logs = _ => [log.State(30)];
        var report = await network.CheckAsync();
        Assert.Empty(report.Reasons);
        Assert.Equal(0UL, report.LagMax);
    }

    [Fact]
    public async Task Run_NothingOfALog_IsDegraded()
    {
        await using var network = await FakeNetwork.StartAsync();
        var log = new FakeLog(network[0].Key).AppendMany(2);
        network[0].Hold(log);
        network[1].Hold(log);
        var reason = Assert.Single((await network.CheckAsync()).Reasons);
        Assert.Equal((CheckStatus.Degraded, CheckKind.LogMissing, network[2].Key.Id), (reason.Status, reason.Kind, reason.Node));
        Assert.Equal($"node {network[2].Name} has nothing of log {log.Name}, which has 2 entries", reason.Text);
    }

    [Fact]
    public async Task Run_LessOfItsOwnLog_IsDegraded()
    {
        await using var network = await FakeNetwork.StartAsync();
        var log = new FakeLog(network[0].Key).AppendMany(5);
        network.HoldAll(log);
        network[0].Logs = _ => [log.State(4)];
        var reason = Assert.Single((await network.CheckAsync()).Reasons);
        Assert.Equal((CheckStatus.Degraded, CheckKind.OwnLogBehind, network[0].Key.Id), (reason.Status, reason.Kind, reason.Node));
    }

    [Fact]
    public async Task Run_OneNumberWithTwoHashes_Fails()
    {
        await using var network = await FakeNetwork.StartAsync();
        var log = new FakeLog(network[0].Key).AppendMany(3);
        network.HoldAll(log);
        network[2].Logs = _ => [log.Fork(2).Append("something else").State()];
        var report = await network.CheckAsync();
        var reason = Assert.Single(report.Reasons);
        Assert.Equal((CheckStatus.Failed, CheckKind.Diverged), (reason.Status, reason.Kind));
        Assert.Contains($"hold different entries at number 3 of log {log.Name}", reason.Text, StringComparison.Ordinal);
        Assert.Contains(network[2].Name, reason.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_LowerHashNotInTheChain_Fails()
    {
        await using var network = await FakeNetwork.StartAsync();
        var log = new FakeLog(network[0].Key).AppendMany(8);
        network.HoldAll(log);
        network[2].Logs = _ => [log.Fork(2).Append("something else").State()];
        var reason = Assert.Single((await network.CheckAsync()).Reasons);
        Assert.Equal((CheckStatus.Failed, CheckKind.Diverged), (reason.Status, reason.Kind));
        Assert.Contains($"hold different entries at number 3 of log {log.Name}", reason.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_LowerHashesFarApart_AreNotComparedQuickly()
    {
        await using var network = await FakeNetwork.StartAsync(7);
        var log = new FakeLog(network[0].Key).AppendMany(30);
        ulong[] stands = [30, 1, 6, 11, 16, 21, 26];
        for (var i = 0; i < stands.Length; i++) network[i].Hold(log, stands[i]);
        var report = await network.CheckAsync(FakeNetwork.Options with { LagMax = 100 });
        var reason = Assert.Single(report.Reasons);
        Assert.Equal((CheckStatus.Ok, CheckKind.NotCompared), (reason.Status, reason.Kind));
        Assert.StartsWith("2 nodes stand too far apart", reason.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_EntriesCannotBeRead_IsANote()
    {
        await using var network = await FakeNetwork.StartAsync(2);
        var log = new FakeLog(network[0].Key).AppendMany(4);
        network[0].Hold(log);
        network[1].Hold(log, 3);
        network[0].Ranges.Clear();
        var report = await network.CheckAsync();
        Assert.Equal((CheckStatus.Ok, CheckKind.NotCompared), (report.Status, Assert.Single(report.Reasons).Kind));
    }

    [Fact]
    public async Task Run_ForgedEntries_Fail()
    {
        await using var network = await FakeNetwork.StartAsync(2);
        var log = new FakeLog(network[0].Key).AppendMany(4);
        network[0].Hold(log);
        network[1].Hold(log, 2);
        network[0].Ranges[log.Hash] = from => log.Frames(from, forge: static (number, payload) => number == 3 ? [1, 2, 3] : payload);
        var reason = Assert.Single((await network.CheckAsync()).Reasons);
        Assert.Equal((CheckStatus.Failed, CheckKind.EntriesInvalid), (reason.Status, reason.Kind));
        Assert.Equal($"node {network[0].Name} sent entry 3 of log {log.Name} with a payload of 3 bytes instead of 9", reason.Text);
    }

    [Fact]
    public async Task Run_HeadsThatDoNotHold_Fail()
    {
        await using var network = await FakeNetwork.StartAsync();
        using var forger = NodeKey.Generate();
        var log = new FakeLog(network[0].Key).AppendMany(4);
        network.HoldAll(log);
        network[1].Logs = _ => [log.ForgedState(forger)];
        network[2].Logs = _ => [Changed(log)];
        var report = await network.CheckAsync();
        Assert.Equal(2, report.Counts[CheckKind.HeadInvalid]);
        Assert.Equal(CheckStatus.Failed, report.Status);
        Assert.Contains(report.Reasons, reason => reason.Text == $"node {network[1].Name} cannot prove what it holds of log {log.Name}: the originator did not sign its head");
        Assert.Contains(report.Reasons, reason => reason.Text == $"node {network[2].Name} cannot prove what it holds of log {log.Name}: its head is at entry 4, and it says that it has all up to 9");

        static Protocol.Network.V1.LogState Changed(FakeLog log)
        {
            var state = log.State();
            state.Watermark = 9;
            return state;
        }
    }

    [Fact]
    public async Task Run_LogWithoutAKey_Fails()
    {
        await using var network = await FakeNetwork.StartAsync(1);
        var log = new FakeLog(network[0].Key).AppendMany(1);
        var state = log.State();
        state.Log.PublicKey = ByteString.CopyFrom(new byte[65]);
        network[0].Logs = _ => [state];
        Assert.Equal((CheckStatus.Failed, CheckKind.AnswerInvalid), ((await network.CheckAsync()).Reasons[0].Status, (await network.CheckAsync()).Reasons[0].Kind));
    }

    [Fact]
    public async Task Run_FrozenLogOfANodeThatIsHere_Fails()
    {
        await using var network = await FakeNetwork.StartAsync();
        var log = new FakeLog(network[1].Key).AppendMany(4);
        network[0].Hold(log, 2, isFrozen: true);
        network[1].Hold(log);
        network[2].Hold(log, 2, isFrozen: true);
        var reason = Assert.Single((await network.CheckAsync()).Reasons);
        Assert.Equal((CheckStatus.Failed, CheckKind.Frozen, network[1].Key.Id), (reason.Status, reason.Kind, reason.Node));
        Assert.StartsWith($"log {log.Name} is frozen on 2 of 3 nodes", reason.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FrozenLogOfANodeThatLeft_IsANote()
    {
        await using var network = await FakeNetwork.StartAsync();
        using var gone = NodeKey.Generate();
        var log = new FakeLog(gone).AppendMany(4);
        foreach (var node in network.Nodes) node.Hold(log, isFrozen: true);
        var report = await network.CheckAsync();
        Assert.Equal((CheckStatus.Ok, CheckKind.Frozen), (report.Status, Assert.Single(report.Reasons).Kind));
    }
}
