using System.Text.Json.Nodes;
using Xmtp.Cli.Nodes;
using Xmtp.Client;
using Xmtp.Identity;
using Xmtp.Node.Options;
using Xmtp.Protocol.Network.V1;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

namespace Xmtp.Cli.Tests.Commands;

/// <summary>The commands against nodes that are real in all but their process.</summary>
public sealed class RealNetworkTests : IAsyncLifetime
{
    private readonly List<TestNode> _nodes = [];

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 3; i++) _nodes.Add(await TestNode.StartAsync(Join));
        foreach (var node in _nodes) await LinkedAsync(node, 2);

        // An identity is several entries, among them some that only their owner may write.
        using var wallet = PrivateKeyWallet.Generate();
        await using var client = await XmtpClient.CreateAsync(wallet, new XmtpClientOptions { Nodes = [_nodes[0].GrpcAddress] }, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task Check_AllThere_IsOkUntilOneIsStopped()
    {
        using var home = new CliHome(_nodes[1].GrpcAddress);
        var report = (await home.RunAsync("node", "check", "--json", "--max-lag", "0")).Exited(0).Result;
        Assert.Equal(3, report["nodes"]!.AsArray().Count);
        var log = Assert.Single(report["logs"]!.AsArray())!;
        Assert.Equal(_nodes[0].Host.NodeId.ToString(), (string?)log["originator"]);
        Assert.Single(log["copies"]!.AsArray().Select(static copy => (string?)copy!["hash"]).Distinct());

        report = (await home.RunAsync("node", "check", "--json", "--deep")).Exited(0).Result;
        Assert.Equal(3 * (int)log["entries"]!, (int)report["entriesRead"]!);

        await _nodes[2].StopAsync(TestContext.Current.CancellationToken);
        await LinkedAsync(_nodes[1], 1);
        var stopped = (await home.RunAsync("node", "check")).Exited(1).Output;
        Assert.Contains("cannot be asked", stopped, StringComparison.Ordinal);

        await _nodes[0].StopAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("XMTP CRITICAL - only 1 of 3 nodes answer", (await home.RunAsync("node", "check", "--nagios")).Exited(2).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_RealEntries_AllHold()
    {
        using var home = new CliHome(_nodes[2].GrpcAddress);
        await Eventually.TrueAsync(async () => (await home.RunAsync("node", "inspect", "log", "--json")).Results.Count == 1, "the log to come to node 3");
        var log = (await home.RunAsync("node", "inspect", "log", "--json")).Exited(0).Result;
        Assert.Equal((_nodes[0].Host.NodeId.ToString(), _nodes[2].Host.NodeId.ToString()), ((string?)log["originator"], (string?)log["heldBy"]));
        var entries = new List<JsonObject>();
        for (var number = 1; number <= (int)log["watermark"]!; number++) entries.Add((await home.RunAsync("node", "inspect", "entry", $"{log["name"]}/{number}", "--json")).Exited(0).Result);
        Assert.Contains(entries, static entry => (string?)entry["kind"] == "protected-classic-envelope");
        Assert.All(entries.Where(static entry => (string?)entry["kind"] == "protected-classic-envelope"), static entry =>
            Assert.Contains((string)entry["tokenWallet"]!, (string)entry["topic"]!, StringComparison.Ordinal));
        (await home.RunAsync("node", "inspect", "head", (string)log["log"]!)).Exited(0);
        (await home.RunAsync("node", "inspect", "record", _nodes[0].Host.NodeId.ToShortString())).Exited(0);
    }

    [Fact]
    public async Task Peers_Watch_TellsOfTheNodeThatJoins()
    {
        using var home = new CliHome(_nodes[0].GrpcAddress);
        Assert.Equal(3, (await home.RunAsync("node", "peers", "--json")).Exited(0).Results.Count);
        await using var watch = await home.StartAsync("node", "peers", "--watch");
        await watch.Error.LineAsync("3 nodes are known; watching.");
        var fourth = await TestNode.StartAsync(Join);
        _nodes.Add(fourth);
        await watch.Output.LineAsync($"joined   {fourth.Host.NodeId.ToShortString()}");
        watch.Signal(System.Runtime.InteropServices.PosixSignal.SIGINT);
        (await watch.ExitAsync()).Exited(130);
    }

    private NodeOptions Join(NodeOptions options) => options with
    {
        NetworkPort = 0,
        Network = new NetworkSettings { Name = "cli-test", Quotas = false, Bootstrap = _nodes.Count == 0 ? [] : [_nodes[0].Host.NetworkAddress!] },
    };

    private static async Task LinkedAsync(TestNode node, int count)
    {
        await using var link = NodeLink.ToClientPort(node.GrpcAddress, TimeSpan.FromSeconds(30), TimeProvider.System);
        await Eventually.TrueAsync(
            async () => (await link.GetPeersAsync(TestContext.Current.CancellationToken)).Value.Peers.Count(static peer => peer.Link == LinkState.Connected) == count, $"{count} links");
    }
}
