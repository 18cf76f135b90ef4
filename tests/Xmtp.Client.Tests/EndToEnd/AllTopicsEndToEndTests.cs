using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Tests.EndToEnd;

/// <summary>Following everything, as a push server does.</summary>
public sealed class AllTopicsEndToEndTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TransportKind.Grpc)]
    [InlineData(TransportKind.GrpcWeb)]
    public async Task SubscribeAllAsync_FromAPosition_BringsWhatWasMissedThenAMarkThenWhatIsLive(TransportKind kind)
    {
        await using var transport = new GrpcTransport(kind == TransportKind.Grpc ? node.Node.GrpcAddress : node.Node.GrpcWebAddress, new GrpcTransportOptions { Kind = kind });
        string? position;
        await using (var first = await transport.SubscribeAllAsync(cancellationToken: Token))
        {
            Assert.False(first.IsContinued);
            position = Assert.IsType<string>(first.Position);
        }

        await using var alice = await node.ClientAsync(kind);
        await using var bob = await node.ClientAsync(kind);
        var conversation = await alice.Conversations.NewConversationAsync(bob.Address, cancellationToken: Token);
        await conversation.SendAsync("missed", Token);

        await using var all = await transport.SubscribeAllAsync(position, Token);
        Assert.True(all.IsContinued);
        var (messages, marks) = (new List<Envelope>(), new List<string?>());
        await foreach (var envelope in all.ReadAllAsync(Token))
        {
            if (PositionMark.TryRead(envelope, out var mark))
            {
                marks.Add(mark);
                await conversation.SendAsync("live", Token);
            }
            else if (envelope.ContentTopic == conversation.Topic.Value)
            {
                messages.Add(envelope);
                if (marks.Count > 0) break;
            }
        }

        Assert.Equal(["missed", "live"], messages.Select(envelope => conversation.Decode(envelope)!.Content));
        Assert.NotNull(marks[0]);
        Assert.NotEqual(position, marks[0]);
    }

    [Fact]
    public async Task SubscribeAllAsync_PositionOfNobody_BeginsNow()
    {
        await using var transport = new GrpcTransport(node.Node.GrpcAddress);
        await using var all = await transport.SubscribeAllAsync("nonsense", Token);
        Assert.False(all.IsContinued);
        Assert.NotNull(all.Position);
        await Assert.ThrowsAsync<InvalidOperationException>(() => all.ReplaceTopicsAsync(["a"], cancellationToken: Token));
    }

    [Fact]
    public async Task SubscribeAllAsync_NobodyListens_SaysSo()
    {
        await using var transport = new GrpcTransport(new Uri("http://127.0.0.1:9"));
        var failure = await Assert.ThrowsAsync<NodeException>(() => transport.SubscribeAllAsync(cancellationToken: Token));
        Assert.Equal(ErrorCatalogue.Unavailable, failure.Code);
    }
}
