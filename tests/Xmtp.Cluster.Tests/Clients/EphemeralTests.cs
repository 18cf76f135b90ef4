using Google.Protobuf;
using Grpc.Core;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestCluster.Processes;

namespace Xmtp.Cluster.Tests.Clients;

/// <summary>Envelopes that are stored nowhere.</summary>
[Collection(nameof(NineNodes))]
public sealed class EphemeralTests(NineNodes nodes)
{
    private const string Topic = "/xmtp/0/mE-cluster/proto";
    private const int Envelopes = 5;

    [Fact]
    public async Task Publish_EphemeralOnOneNode_ReachesReadersOfEveryNodeOnceAndNoStore()
    {
        await nodes.ReadyAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(TestedCluster.Patience);
        var readers = new List<AsyncServerStreamingCall<Envelope>>();
        foreach (var node in nodes.Cluster.Nodes) readers.Add(await SubscribeAsync(node, end.Token));

        for (var i = 1UL; i <= Envelopes; i++)
            await nodes.Cluster.Nodes[(int)i].Api.PublishAsync(new PublishRequest { Envelopes = { new Envelope { ContentTopic = Topic, TimestampNs = i, Message = ByteString.CopyFromUtf8($"typing {i}") } } });

        var seen = await Task.WhenAll(readers.Select(reader => ReadAsync(reader, end.Token)));
        Assert.All(seen, static times => Assert.Equal([1UL, 2UL, 3UL, 4UL, 5UL], times.Order()));
        foreach (var node in nodes.Cluster.Nodes)
            Assert.Empty((await node.Api.QueryAsync(new QueryRequest { ContentTopics = { Topic } })).Envelopes);
        foreach (var reader in readers) reader.Dispose();
        await nodes.CheckAsync("ephemeral envelopes");
    }

    private static async Task<AsyncServerStreamingCall<Envelope>> SubscribeAsync(ClusterNode node, CancellationToken cancellationToken)
    {
        var call = node.Api.Subscribe(new SubscribeRequest { ContentTopics = { Topic } }, cancellationToken: cancellationToken);
        await call.ResponseHeadersAsync;
        return call;
    }

    private static async Task<List<ulong>> ReadAsync(AsyncServerStreamingCall<Envelope> reader, CancellationToken cancellationToken)
    {
        var times = new List<ulong>();
        while (times.Count < Envelopes && await reader.ResponseStream.MoveNext(cancellationToken)) times.Add(reader.ResponseStream.Current.TimestampNs);
        return times;
    }
}
