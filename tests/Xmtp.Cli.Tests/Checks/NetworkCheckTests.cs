using Xmtp.Cli.Checks;
using Xmtp.Cli.Tests.Nodes;
using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Tests.Checks;

public class NetworkCheckTests
{
    [Fact]
    public async Task Run_AllInStep_IsOk()
    {
        await using var network = await FakeNetwork.StartAsync();
        foreach (var node in network.Nodes) network.HoldAll(new FakeLog(node.Key).AppendMany(5));
        var report = await network.CheckAsync();

        Assert.Empty(report.Reasons);
        Assert.Equal(CheckStatus.Ok, report.Status);
        Assert.Equal("3 of 3 nodes answer, 3 logs, 15 entries, all in step", report.Summary);
        Assert.Equal("fake-net", report.Network);
        Assert.Equal(network[0].Key.Id, report.Nodes[0].Id);
        Assert.All(report.Nodes, static node => Assert.InRange(node.ClockOffset!.Value.TotalSeconds, -5, 5));
    }

    [Fact]
    public async Task Run_FirstNodeDown_IsUnknown()
    {
        var report = await new NetworkCheck(FakeNetwork.Options).RunAsync(DeadNode.Address, TestContext.Current.CancellationToken);
        Assert.Equal(CheckStatus.Unknown, report.Status);
        Assert.StartsWith($"the node at {DeadNode.Address.OriginalString} cannot be asked: Connection refused", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FirstNodeSilent_IsUnknownWhenTheTimeIsUp()
    {
        await using var network = await FakeNetwork.StartAsync(1);
        network[0].IsSilent = true;
        var report = await network.CheckAsync(FakeNetwork.Options with { Patience = TimeSpan.FromMilliseconds(100) });
        Assert.Equal(CheckStatus.Unknown, report.Status);
        Assert.EndsWith("no answer within 0.1 s", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FirstNodeWithoutNetwork_IsUnknown()
    {
        await using var network = await FakeNetwork.StartAsync(1);
        network[0].IsOld = true;
        var report = await network.CheckAsync();
        Assert.Equal(CheckStatus.Unknown, report.Status);
        Assert.Contains("does not tell of its network", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OneOfThreeDown_IsDegraded()
    {
        await using var network = await FakeNetwork.StartAsync();
        await network[2].StopAsync();
        network.Link((_, other) => other == network[2] ? LinkState.Disconnected : LinkState.Connected);
        var reason = Assert.Single((await network.CheckAsync()).Reasons);
        Assert.Equal((CheckStatus.Degraded, CheckKind.Unreachable, network[2].Key.Id), (reason.Status, reason.Kind, reason.Node));
        Assert.StartsWith($"node {network[2].Name} cannot be asked ({network[2].ClientPort.OriginalString}: Connection refused", reason.Text, StringComparison.Ordinal);
        Assert.EndsWith("2 of 2 nodes have no link to it", reason.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_TwoOfThreeDown_Fails()
    {
        await using var network = await FakeNetwork.StartAsync();
        await network[1].StopAsync();
        await network[2].StopAsync();
        var report = await network.CheckAsync();
        Assert.Equal(CheckStatus.Failed, report.Status);
        Assert.Equal("only 1 of 3 nodes answer", report.Reasons[0].Text);
    }

    [Fact]
    public async Task Run_SilentPeer_IsUnreachableWhenTheTimeIsUp()
    {
        await using var network = await FakeNetwork.StartAsync();
        network[1].IsSilent = true;
        var reason = Assert.Single((await network.CheckAsync(FakeNetwork.Options with { Patience = TimeSpan.FromSeconds(1) })).Reasons);
        Assert.Equal(CheckKind.Unreachable, reason.Kind);
        Assert.Contains("no answer within 1 s", reason.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NoPortForClients_IsAskedAtThePortForNodes()
    {
        await using var network = await FakeNetwork.StartAsync();
        network[1].Record.GrpcEndpoint = "";
        network.Link();
        var report = await network.CheckAsync();
        Assert.Empty(report.Reasons);
        Assert.Equal(network[1].NodePort, report.Nodes.Single(node => node.Id == network[1].Key.Id).Address);
    }

    [Fact]
    public async Task Run_AnotherNodeAtTheAddress_IsAskedAtThePortForNodes()
    {
        await using var network = await FakeNetwork.StartAsync();
        network[1].Record.GrpcEndpoint = network[2].ClientPort.OriginalString;
        network.Link();
        var report = await network.CheckAsync();
        Assert.Empty(report.Reasons);
        Assert.Equal(network[1].NodePort, report.Nodes.Single(node => node.Id == network[1].Key.Id).Address);
    }

    [Fact]
    public async Task Run_AnotherKeyAtThePortForNodes_IsNotBelieved()
    {
        await using var network = await FakeNetwork.StartAsync(2);
        using var other = NodeKey.Generate();
        await using var impostor = await FakeNode.StartAsync(network[1].Key, presented: other);
        impostor.Record.GrpcEndpoint = "";
        network[0].Peers.Clear();
        network[0].Peers.Add(impostor.Status(LinkState.Connected));
        var reason = Assert.Single((await network.CheckAsync()).Reasons);
        Assert.Equal(CheckKind.Unreachable, reason.Kind);
        Assert.Contains($"another node, {other.Id.ToShortString()}, answers there", reason.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LinkState.Disconnected, CheckKind.LinkDown, "has no link to")]
    [InlineData(LinkState.Suspect, CheckKind.LinkSuspect, "hears nothing from")]
    [InlineData(null, CheckKind.NodeUnknown, "does not know")]
    public async Task Run_LinkNotAsItShouldBe_IsDegraded(LinkState? link, CheckKind kind, string told)
    {
        await using var network = await FakeNetwork.StartAsync();
        network.Link((node, other) => node == network[1] && other == network[2] ? link : LinkState.Connected);
        var reason = Assert.Single((await network.CheckAsync()).Reasons);
        Assert.Equal((CheckStatus.Degraded, kind), (reason.Status, reason.Kind));
        Assert.StartsWith($"node {network[1].Name} {told} node {network[2].Name}", reason.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NodeThatOnlyOthersKnow_IsAskedToo()
    {
        await using var network = await FakeNetwork.StartAsync();
        network.Link((node, other) => node == network[0] && other == network[2] ? null : LinkState.Connected);
        var report = await network.CheckAsync();
        var reason = Assert.Single(report.Reasons);
        Assert.Equal((CheckStatus.Degraded, CheckKind.NodeUnknown), (reason.Status, reason.Kind));
        Assert.Equal($"node {network[2].Name} is known to node {network[1].Name}, and not to node {network[0].Name}", reason.Text);
        Assert.Equal(3, report.Nodes.Count);
    }

    [Fact]
    public async Task Run_OtherNetworkName_IsDegraded()
    {
        await using var network = await FakeNetwork.StartAsync();
        network[1].Network = "other-net\n";
        var reason = Assert.Single((await network.CheckAsync()).Reasons);
        Assert.Equal($"node {network[1].Name} calls its network 'other-net ', not 'fake-net'", reason.Text);
    }

    [Fact]
    public async Task Run_RecordSignedBySomebodyElse_Fails()
    {
        await using var network = await FakeNetwork.StartAsync();
        network[0].Peers[0] = network[1].Status(LinkState.Connected, network[2].Key);
        var reason = Assert.Single((await network.CheckAsync()).Reasons);
        Assert.Equal((CheckStatus.Failed, CheckKind.RecordInvalid), (reason.Status, reason.Kind));
        Assert.Equal($"the record of node {network[1].Name} that node {network[0].Name} shows is not signed by it", reason.Text);
    }

    [Fact]
    public async Task Run_RecordThatCannotBeRead_Fails()
    {
        await using var network = await FakeNetwork.StartAsync(1);
        network[0].Peers.Add(new PeerStatus { Record = new SignedRecord() });
        network[0].Peers.Add(network[0].Status(LinkState.Connected));
        var reasons = (await network.CheckAsync()).Reasons;
        Assert.All(reasons, static reason => Assert.Equal((CheckStatus.Failed, CheckKind.AnswerInvalid), (reason.Status, reason.Kind)));
        Assert.Equal(2, reasons.Count);
    }

    [Theory]
    [InlineData(3, "expires in 2 h: the node does not renew it")]
    [InlineData(-1, "expired 60 min ago")]
    public async Task Run_RecordNotRenewed_IsDegraded(int hoursLeft, string told)
    {
        await using var network = await FakeNetwork.StartAsync();
        network[1].Record.ExpiresNs = TimeProvider.System.GetUtcNow().AddHours(hoursLeft).AddSeconds(-1).ToUnixTimeMilliseconds() * 1_000_000;
        network[1].Record.IssuedNs = network[1].Record.ExpiresNs - 86_400_000_000_000;
        network.Link();
        var reason = Assert.Single((await network.CheckAsync()).Reasons);
        Assert.Equal((CheckStatus.Degraded, CheckKind.RecordExpiring), (reason.Status, reason.Kind));
        Assert.Equal($"the record of node {network[1].Name} {told}", reason.Text);
    }

    [Theory]
    [InlineData(-60, CheckStatus.Degraded, "ahead of")]
    [InlineData(400, CheckStatus.Failed, "behind")]
    public async Task Run_ClockIsOff_IsToldForEveryNode(int shiftSeconds, CheckStatus status, string told)
    {
        await using var network = await FakeNetwork.StartAsync(2);
        var report = await network.CheckAsync(FakeNetwork.Options with { Time = new ShiftedTime(TimeSpan.FromSeconds(shiftSeconds)) });
        Assert.Equal(status, report.Status);
        Assert.Equal(2, report.Counts[CheckKind.Clock]);
        Assert.All(report.Reasons, reason => Assert.Contains($"s {told} this machine's", reason.Text, StringComparison.Ordinal));
    }
}
