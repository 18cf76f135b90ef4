using Microsoft.Extensions.Logging;
using Xmtp.Client.Streams;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.EndToEnd;

/// <summary>Clients of a network of real nodes, of which some stop.</summary>
public sealed class NetworkEndToEndTests : IAsyncLifetime
{
    private TestMesh _mesh = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _mesh = await TestMesh.StartAsync(3);

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    [Theory]
    [InlineData(TransportKind.Grpc)]
    [InlineData(TransportKind.GrpcWeb)]
    public async Task StreamAllMessagesAsync_NodesStop_GoesOnAtNodesItWasNotToldOf(TransportKind kind)
    {
        var log = new CapturedLog();
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(log).SetMinimumLevel(LogLevel.Debug));
        await using var alice = await ClientAsync(1, TransportKind.Grpc, static options => options with { Acknowledgement = AckLevel.Peers(1) });
        await using var bob = await ClientAsync(0, kind, options => options with { LoggerFactory = loggers });
        await Eventually.TrueAsync(() => alice.CanMessageAsync(bob.Address, Token), "the contact spreads");
        var mine = await alice.Conversations.NewConversationAsync(bob.Address, cancellationToken: Token);
        await using var stream = await bob.Conversations.StreamAllMessagesAsync(Token);
        await Eventually.TrueAsync(() => log.Lines.Any(static line => line.Text.EndsWith("told of 3 nodes", StringComparison.Ordinal)), "the client learns of the others");
        Assert.True((await mine.SendAsync("before", Token)).Acknowledgement >= AckLevel.Peers(1));
        Assert.Equal("before", Assert.Single(await stream.NextAsync(1)).Content);

        await _mesh.Nodes[0].StopAtOnceAsync();
        await mine.SendAsync("during", Token);
        Assert.Equal("during", Assert.Single(await stream.NextAsync(1)).Content);
        await Eventually.TrueAsync(() => stream.State == ConnectionState.Connected, "the stream is live again");
        await mine.SendAsync("after", Token);
        await bob.Conversations.Known.Single().SendAsync("mine", Token);
        Assert.Equal(["after", "mine"], (await stream.NextAsync(2)).Select(static message => message.Content));

        // What one node alone has acknowledged waits there while it is down.
        await Eventually.EqualAsync(4, () => mine.ListMessagesAsync(cancellationToken: Token).CountAsync(Token).AsTask());

        // Back, and another goes: the stream may be anywhere by now.
        await _mesh.Nodes[0].StartAgainAsync(Token);
        await Eventually.TrueAsync(() => _mesh.Nodes[0].Host.IsTakingPublishes, "the node takes publishes");
        await _mesh.Nodes[2].StopAtOnceAsync();
        for (var i = 0; i < 5; i++) await mine.SendAsync($"{i}", Token);
        Assert.Equal(["0", "1", "2", "3", "4"], (await stream.NextAsync(5)).Select(static message => message.Content));
        Assert.Equal(9, await mine.ListMessagesAsync(cancellationToken: Token).CountAsync(Token));
    }

    [Fact]
    public async Task SendAsync_MoreNodesAskedThanThereAre_SaysHowFarItCame()
    {
        await using var bob = await ClientAsync(1, TransportKind.Grpc);
        await using var alice = await ClientAsync(0, TransportKind.Grpc);
        await Eventually.TrueAsync(() => alice.CanMessageAsync(bob.Address, Token), "the contact spreads");
        await alice.Conversations.NewConversationAsync(bob.Address, cancellationToken: Token);
        await using var careful = await XmtpClient.OpenAsync(
            alice.ExportKeys(), new XmtpClientOptions { Nodes = [_mesh.Nodes[0].GrpcAddress], Acknowledgement = AckLevel.Peers(5) }, Token);

        // A busy node may be passed over, and another have the invitation a little later.
        await Eventually.EqualAsync(1, async () => (await careful.Conversations.ListAsync(cancellationToken: Token)).Count);
        var conversation = careful.Conversations.Known[0];
        var failure = await Assert.ThrowsAsync<NodeException>(() => conversation.SendAsync("gm", Token));
        Assert.Equal((ErrorCatalogue.AcknowledgementNotReached, AckLevel.Peers(2)), (failure.Code, failure.Reached));
        await Eventually.EqualAsync(1, () => conversation.ListMessagesAsync(cancellationToken: Token).CountAsync(Token).AsTask());
    }

    private Task<XmtpClient> ClientAsync(int node, TransportKind kind, Func<XmtpClientOptions, XmtpClientOptions>? configure = null) =>
        NodeFixture.ClientAsync(_mesh.Nodes[node], kind, configure: configure);
}
