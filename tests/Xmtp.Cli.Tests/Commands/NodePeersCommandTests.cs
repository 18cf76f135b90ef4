using Xmtp.Cli.Tests.Nodes;
using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Tests.Commands;

public class NodePeersCommandTests
{
    [Fact]
    public async Task Peers_AsJson_TellsAllOfEveryNode()
    {
        await using var network = await FakeNetwork.StartAsync();
        network.Link((_, other) => other == network[1] ? LinkState.Suspect : LinkState.Connected);
        using var home = new CliHome(network[0].ClientPort);
        var nodes = (await home.RunAsync("node", "peers", "--json")).Exited(0).Results;
        Assert.Equal(["self", "suspect", "connected"], nodes.Select(static node => (string?)node["link"]));
        var one = nodes[1];
        Assert.Equal(network[1].Key.Id.ToString(), (string?)one["id"]);
        Assert.Equal(network[1].Name, (string?)one["shortId"]);
        Assert.Equal(("known", "fake-net", "fake/1", "here"), ((string?)one["event"], (string?)one["network"], (string?)one["software"], (string?)one["region"]));
        Assert.Equal((network[1].NodePort, network[1].ClientPort.OriginalString, null), ((string?)one["nodeEndpoint"], (string?)one["grpcEndpoint"], (string?)one["httpEndpoint"]));
        Assert.True((bool)one["valid"]!);
        Assert.NotNull((string?)one["lastSeen"]);
        Assert.Null((string?)nodes[0]["lastSeen"]);
    }

    [Fact]
    public async Task Peers_AsText_IsATable()
    {
        await using var network = await FakeNetwork.StartAsync(2);
        network[0].Peers[0] = network[1].Status(LinkState.Disconnected, network[0].Key);
        using var home = new CliHome();
        var lines = (await home.RunAsync("node", "peers", "--node", network[0].ClientPort.Authority)).Exited(0).Output.Split('\n');
        Assert.Equal("network fake-net, 2 nodes", lines[0]);
        Assert.Matches("^NODE      LINK +CLIENTS DIAL +NODES DIAL +SOFTWARE  REGION  RECORD AGE  LAST SEEN$", lines[1]);
        Assert.Matches($"^{network[0].Name}  self +{network[0].ClientPort.OriginalString}  {network[0].NodePort}  +fake/1    here    [0-9]+ (s|min) +-$", lines[2]);
        Assert.Matches($"^{network[1].Name}  disconnected \\(not signed by it\\)  .* [0-9]+ s ago$", lines[3]);
    }

    [Fact]
    public async Task Peers_Watch_TellsChanges()
    {
        await using var node = await FakeNode.StartAsync();
        using var key = NodeKey.Generate();
        await using var other = await FakeNode.StartAsync(key);
        node.Changes.Add(new PeerChange { Peer = node.Status(LinkState.Self), InitialComplete = true });
        node.Changes.Add(new PeerChange { Peer = other.Status(LinkState.Connected) });
        node.Changes.Add(new PeerChange { Peer = other.Status(LinkState.Suspect) });
        node.Changes.Add(new PeerChange { Peer = other.Status(LinkState.Suspect), Removed = true });
        using var home = new CliHome(node.ClientPort);
        var result = (await home.RunAsync("node", "peers", "--watch", "--json")).Exited(5);
        Assert.Equal(["known", "joined", "changed", "left"], result.Results.Select(static change => (string?)change["event"]));
        Assert.Contains("it ended the stream", (string)result.Failure["message"]!, StringComparison.Ordinal);
        Assert.Contains("1 nodes are known; watching.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Peers_NodeDown_IsUnavailable()
    {
        using var home = new CliHome(DeadNode.Address);
        Assert.Contains("cannot be reached: Connection refused", (await home.RunAsync("node", "peers", "--json")).Failed(5, "XMTP3001"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Peers_OldNode_SaysThatItTellsNothing()
    {
        await using var node = await FakeNode.StartAsync();
        node.IsOld = true;
        using var home = new CliHome(node.ClientPort);
        Assert.Contains("does not tell of its network", (await home.RunAsync("node", "peers", "--json")).Failed(1, "XMTP1011"), StringComparison.Ordinal);
    }
}
