using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestNetwork;

namespace Xmtp.Client.Tests.EndToEnd;

public sealed class FailureEndToEndTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(-2)]
    [InlineData(2)]
    public async Task CreateAsync_ClockFarOff_SaysThatTheTokenWasRefused(int hours)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(hours));
        var failure = await Assert.ThrowsAsync<NodeException>(() => node.ClientAsync(TransportKind.Grpc, configure: options => options with { TimeProvider = clock }));
        Assert.Equal(ErrorCatalogue.Unauthenticated, failure.Code);
        Assert.Contains("clock", failure.Code.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TransportKind.Grpc)]
    [InlineData(TransportKind.GrpcWeb)]
    public async Task QueryAsync_RefusedByTheNode_NamesTheFailure(TransportKind kind)
    {
        await using var transport = new GrpcTransport(
            kind == TransportKind.Grpc ? node.Node.GrpcAddress : node.Node.GrpcWebAddress, new GrpcTransportOptions { Kind = kind });
        var failure = await Assert.ThrowsAsync<NodeException>(() => transport.QueryAsync(
            new QueryRequest { ContentTopics = { "t" }, PagingInfo = new PagingInfo { Limit = 101 } }, Token));
        Assert.Equal(ErrorCatalogue.PageTooLarge, failure.Code);
        Assert.False(failure.IsRetryable);
    }

    [Fact]
    public async Task CreateAsync_FirstNodeDown_UsesTheSecond()
    {
        var dead = new Uri($"http://127.0.0.1:{FreePort()}");
        await using var client = await node.ClientAsync(TransportKind.Grpc, configure: options => options with { Nodes = [dead, .. options.Nodes] });
        Assert.True(await client.CanMessageAsync(client.Address, Token));
    }

    [Fact]
    public async Task CreateAsync_NoNodeThere_FailsAsUnavailable()
    {
        var failure = await Assert.ThrowsAsync<NodeException>(() => node.ClientAsync(TransportKind.Grpc, configure: static options => options with
        {
            Nodes = [new Uri($"http://127.0.0.1:{FreePort()}")],
            Retry = RetryPolicy.None,
        }));
        Assert.Equal(ErrorCatalogue.Unavailable, failure.Code);
    }

    [Theory]
    [InlineData(TransportKind.Grpc)]
    [InlineData(TransportKind.GrpcWeb)]
    public async Task Cancel_ServerNeverAnswers_EndsAtOnce(TransportKind kind)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var transport = new GrpcTransport(new Uri($"http://{silent.LocalEndpoint}"), new GrpcTransportOptions { Kind = kind });
        using var cancel = new CancellationTokenSource();
        var calls = new Task[]
        {
            transport.QueryAsync(new QueryRequest { ContentTopics = { "t" } }, cancel.Token),
            transport.PublishAsync(new PublishRequest(), "Bearer x", AckLevel.Local, cancel.Token),
            transport.SubscribeAsync(["t"], null, cancel.Token),
        };
        using var accepted = await silent.AcceptTcpClientAsync(Token);
        Assert.All(calls, static call => Assert.False(call.IsCompleted));
        var started = Stopwatch.GetTimestamp();
        await cancel.CancelAsync();
        foreach (var call in calls) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task SendAsync_RateLimited_WaitsAndGetsThrough()
    {
        await using var strict = await TestNode.StartAsync(
            static options => options with { RateLimits = options.RateLimits with { Loopback = true, PublishesPerMinute = 600, PublishesCapacity = 8 } }, cancellationToken: Token);
        await using var alice = await NodeFixture.ClientAsync(strict, TransportKind.Grpc);
        await using var bob = await NodeFixture.ClientAsync(strict, TransportKind.Grpc);
        var conversation = await alice.Conversations.NewConversationAsync(bob.Address, cancellationToken: Token);
        for (var i = 0; i < 5; i++) await conversation.SendAsync($"{i}", Token);
        Assert.Equal(5, (await conversation.ListMessagesAsync(cancellationToken: Token).ToListAsync(Token)).Count);
    }

    [Fact]
    public void GrpcTransport_NoNodeAddress_IsRefused() => Assert.Throws<ArgumentException>(() => new GrpcTransport(new Uri("ftp://example.com")));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
