using Xmtp.Cli.Checks;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Tests.Nodes;

/// <summary>Nodes that all know each other and hold the same, before a test changes that.</summary>
internal sealed class FakeNetwork : IAsyncDisposable
{
    private FakeNetwork(IReadOnlyList<FakeNode> nodes) => Nodes = nodes;

    public IReadOnlyList<FakeNode> Nodes { get; }

    public FakeNode this[int index] => Nodes[index];

    /// <summary>How a test checks: nothing is waited for that a script decides anyway.</summary>
    public static CheckOptions Options { get; } = new() { SettlingTime = TimeSpan.FromMilliseconds(1), LagMax = 10 };

    public static async Task<FakeNetwork> StartAsync(int count = 3)
    {
        var nodes = new List<FakeNode>();
        for (var i = 0; i < count; i++) nodes.Add(await FakeNode.StartAsync());
        var network = new FakeNetwork(nodes);
        network.Link();
        return network;
    }

    /// <summary>Makes every node show every other one's record as it is now.</summary>
    public void Link(Func<FakeNode, FakeNode, LinkState?>? state = null)
    {
        foreach (var node in Nodes)
        {
            node.Peers.Clear();
            foreach (var other in Nodes.Where(other => other != node))
                if ((state is null ? LinkState.Connected : state(node, other)) is { } link) node.Peers.Add(other.Status(link));
        }
    }

    /// <summary>Makes all nodes hold all of a log.</summary>
    public void HoldAll(FakeLog log)
    {
        foreach (var node in Nodes) node.Hold(log);
    }

    public Task<CheckReport> CheckAsync(CheckOptions? options = null) =>
        new NetworkCheck(options ?? Options).RunAsync(Nodes[0].ClientPort, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) await node.DisposeAsync();
    }
}
