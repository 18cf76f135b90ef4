using Google.Protobuf;
using Grpc.Core;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestCluster;
using Xmtp.TestCluster.Processes;

namespace Xmtp.Cluster.Tests.Faults;

/// <summary>One data directory started twice: a mistake that operators make.</summary>
public sealed class ClonedKeyTests(ClonedKeyTests.ThreeNodes nodes) : IClassFixture<ClonedKeyTests.ThreeNodes>
{
    private const string Topic = "/xmtp/0/clone/proto";
    private const int YoungerTwinEvent = 2302;
    private const int OlderTwinEvent = 2303;

    // Needs the machine for itself: run it with --explicit on.
    [Fact(Explicit = true)]
    public async Task Start_CopyOfARunningNode_OnlyOneOfThemTakesPublishesAndBothSaySo()
    {
        await nodes.ReadyAsync();
        var node = nodes.Cluster.Nodes[1];
        await node.KillAsync();
        var copy = node.CopyData();
        await node.StartAsync(nodes.Cluster.Nodes[0].NetworkAddress);
        await nodes.Cluster.WaitMeshAsync(TestedCluster.Patience);

        var clone = nodes.Cluster.Clone(copy);
        await clone.StartAsync(nodes.Cluster.Nodes[0].NetworkAddress);
        var found = await Until.TrueAsync(
            () => Task.FromResult(clone.Output.Count(YoungerTwinEvent) > 0 && node.Output.Count(OlderTwinEvent) > 0),
            TestedCluster.Patience, () => Task.FromResult($"both processes to say that there are two of them\n{string.Join('\n', node.Output.Last(20))}\n---\n{string.Join('\n', clone.Output.Last(20))}"));
        TestedCluster.Say($"found after {TestedCluster.Text(found)}");

        Assert.False(await TryPublishAsync(clone, 1));
        Assert.True(await TryPublishAsync(node, 2));
        // The clone still runs, and must not keep what the other takes from the network.
        await Until.TrueAsync(async () => await CountAsync(nodes.Cluster.Nodes[0]) == 1 && await CountAsync(nodes.Cluster.Nodes[2]) == 1, TestedCluster.Patience, "what the older process took to reach the others");
        await clone.KillAsync();
        await nodes.CheckAsync("after a clone");
    }

    private static async Task<int> CountAsync(ClusterNode node) => (await node.Api.QueryAsync(new QueryRequest { ContentTopics = { Topic } })).Envelopes.Count;

    private async Task<bool> TryPublishAsync(ClusterNode node, ulong timeNs)
    {
        var message = ByteString.CopyFromUtf8("twice");
        var attempt = nodes.Ledger.Begin(Topic, timeNs, message.Span);
        try
        {
            await node.Api.PublishAsync(new PublishRequest { Envelopes = { new Envelope { ContentTopic = attempt.Topic, TimestampNs = timeNs, Message = message } } });
            nodes.Ledger.Acknowledge([attempt], node.Index, 0);
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
        {
            return false;
        }
    }

    public sealed class ThreeNodes() : TestedCluster(3);
}
