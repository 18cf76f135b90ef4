using System.Globalization;
using System.Security.Cryptography;
using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.Client.Transport;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.TestCluster.Processes;

namespace Xmtp.Cluster.Tests.Clients;

/// <summary>This project's client over several nodes that die and come back while it sends and streams.</summary>
public sealed class MovingClientTests(MovingClientTests.ThreeNodes nodes) : IClassFixture<MovingClientTests.ThreeNodes>
{
    private const int Rounds = 4;
    private const int MessagesPerRound = 12;

    [Fact]
    public async Task Stream_NodesKilledAndStartedAgain_MissesNothingAndDoublesNothing()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await nodes.ReadyAsync();
        await using var alice = await CreateAsync(0, 1, 2);
        await using var bob = await CreateAsync(1, 2, 0);
        await using var stream = await bob.Conversations.StreamAllMessagesAsync(cancellationToken);
        await using var items = stream.GetAsyncEnumerator(cancellationToken);
        var conversation = await alice.Conversations.NewConversationAsync(bob.Address.ToString(), cancellationToken: cancellationToken);
        var (sent, seen) = (new List<string>(), new List<string>());

        for (var round = 0; round < Rounds; round++)
        {
            // Node 1 is where the reader is, node 0 where the writer is, and so on in turn.
            var victim = nodes.Cluster.Nodes[(round + 1) % nodes.Cluster.Nodes.Count];
            for (var i = 0; i < MessagesPerRound; i++)
            {
                if (i == MessagesPerRound / 3) await victim.KillAsync();
                var text = string.Create(CultureInfo.InvariantCulture, $"message {sent.Count}");
                sent.Add(text);
                await conversation.SendAsync(text, cancellationToken);
            }

            while (seen.Count < sent.Count - MessagesPerRound / 2) seen.Add(await NextAsync(items));
            await victim.StartAsync(nodes.Cluster.Running[0].NetworkAddress);
            await nodes.Cluster.WaitMeshAsync(TestedCluster.Patience);
        }

        while (seen.Count < sent.Count) seen.Add(await NextAsync(items));
        await conversation.SendAsync("the end", cancellationToken);
        Assert.Equal("the end", await NextAsync(items));
        Assert.Equal(sent.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    private async Task<XmtpClient> CreateAsync(params int[] order)
    {
        using var wallet = new PrivateKeyWallet(RandomNumberGenerator.GetBytes(32), CryptoProvider.Default);
        var options = new XmtpClientOptions
        {
            Nodes = [.. order.Select(index => nodes.Cluster.Nodes[index].GrpcAddress)],
            // What is acknowledged must be readable while its node is down.
            Acknowledgement = AckLevel.Peers(1),
        };
        return await XmtpClient.CreateAsync(wallet, options, TestContext.Current.CancellationToken);
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<DecodedMessage> items)
    {
        Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(ClusterNode.Patience, TestContext.Current.CancellationToken), "the stream has ended");
        return Assert.IsType<string>(items.Current.Content);
    }

    public sealed class ThreeNodes() : TestedCluster(3);
}
