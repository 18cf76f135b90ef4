using System.Net.Sockets;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Xmtp.Node.Hosting;
using Xmtp.Node.Tests.Rpc;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

namespace Xmtp.Node.Tests.Hosting;

/// <summary>How a node stops.</summary>
public sealed class NodeStopTests
{
    [Fact]
    public async Task Stop_WithACallUnderWay_LetsItFinishThenEndsStreamsWithUnavailable()
    {
        var store = new GatedStore();
        await using var node = await TestNode.StartAsync(static options => options with { Authentication = false }, new NodeServices { Store = store });
        using var channel = GrpcChannel.ForAddress(node.GrpcAddress);
        var api = new MessageApi.MessageApiClient(channel);
        var (grpcAddress, httpAddress) = (node.GrpcAddress, node.HttpAddress);
        using var watch = new Health.HealthClient(channel).Watch(new HealthCheckRequest());
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await NextAsync(watch.ResponseStream))!.Status);
        using var stream = api.Subscribe(new SubscribeRequest { ContentTopics = { "x" } });
        await stream.ResponseHeadersAsync;
        using var http = new HttpClient { BaseAddress = httpAddress };
        using var lines = await http.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "/message/v1/subscribe") { Content = new StringContent("{}") }, HttpCompletionOption.ResponseHeadersRead);
        store.Close();
        var publishing = api.PublishAsync(new PublishRequest { Envelopes = { NodeFixture.NewEnvelope("x") } }).ResponseAsync;
        await Eventually.EqualAsync(1, () => Task.FromResult(store.Waiting));

        var stopping = node.StopAsync();
        // Not ready comes first: balancers see it while the call still runs.
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, (await NextAsync(watch.ResponseStream))!.Status);
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken))).StatusCode);
        await Eventually.TrueAsync(async () => await IsRefusedAsync(grpcAddress) && await IsRefusedAsync(httpAddress));
        Assert.False(publishing.IsCompleted);
        Assert.False(stopping.IsCompleted);

        store.Open();
        await publishing;
        // What was acknowledged is delivered before the stream ends.
        Assert.Equal("x", (await NextAsync(stream.ResponseStream))!.ContentTopic);
        var ended = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        GrpcAssert.Is(ended, StatusCode.Unavailable, "XMTP3001");
        Assert.Matches("^\\{\"error\":\\{\"code\":14,\"message\":\"[^\"]+\",\"details\":\\[\\]\\}\\}\n$", await lines.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await stopping;
    }

    [Fact]
    public async Task Stop_WithManyStreams_SpreadsTheirEnd()
    {
        await using var node = await TestNode.StartAsync(static options => options with { Store = Node.Options.StoreKind.Memory });
        using var channel = GrpcChannel.ForAddress(node.GrpcAddress);
        var api = new MessageApi.MessageApiClient(channel);
        var streams = Enumerable.Range(0, 60).Select(_ => api.Subscribe(new SubscribeRequest { ContentTopics = { "x" } })).ToList();
        foreach (var stream in streams) await stream.ResponseHeadersAsync;
        var ends = streams.Select(async stream =>
        {
            var ended = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            Assert.Equal(StatusCode.Unavailable, ended.StatusCode);
            return TimeProvider.System.GetTimestamp();
        }).ToList();
        await node.StopAsync();
        var times = await Task.WhenAll(ends);
        Assert.InRange(TimeProvider.System.GetElapsedTime(times.Min(), times.Max()), TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task Stop_WithACallThatDoesNotEnd_CutsItOffAfterTheTimeout()
    {
        var store = new GatedStore();
        await using var node = await TestNode.StartAsync(
            static options => options with { Authentication = false, ShutdownTimeout = TimeSpan.FromMilliseconds(300), StreamDrainTime = TimeSpan.Zero }, new NodeServices { Store = store });
        using var channel = GrpcChannel.ForAddress(node.GrpcAddress);
        store.Close();
        var publishing = new MessageApi.MessageApiClient(channel).PublishAsync(new PublishRequest { Envelopes = { NodeFixture.NewEnvelope("x") } }).ResponseAsync;
        await Eventually.EqualAsync(1, () => Task.FromResult(store.Waiting));
        var stopping = node.StopAsync();
        await Assert.ThrowsAsync<RpcException>(() => publishing);
        store.Open();
        await stopping;
    }

    [Fact]
    public async Task Start_AfterStop_KeepsPortsAndData()
    {
        await using var node = await TestNode.StartAsync(static options => options with { Authentication = false });
        var address = node.GrpcAddress;
        var envelope = NodeFixture.NewEnvelope(NodeFixture.NewTopic());
        using (var channel = GrpcChannel.ForAddress(address))
            await new MessageApi.MessageApiClient(channel).PublishAsync(new PublishRequest { Envelopes = { envelope } });
        await node.StopAsync();
        await node.StartAgainAsync();
        Assert.Equal(address, node.GrpcAddress);
        using var again = GrpcChannel.ForAddress(address);
        var page = await new MessageApi.MessageApiClient(again).QueryAsync(new QueryRequest { ContentTopics = { envelope.ContentTopic } });
        Assert.Equal(envelope, Assert.Single(page.Envelopes));
    }

    [Fact]
    public async Task Start_OnATakenPort_FailsClearlyAndLeavesTheStoreFree()
    {
        await using var first = await TestNode.StartAsync(static options => options with { Store = Node.Options.StoreKind.Memory });
        await using var second = await TestNode.StartAsync();
        var port = first.Host.GrpcPort;
        await second.StopAsync();
        var failure = await Assert.ThrowsAsync<Protocol.Errors.XmtpException>(() => NodeHost.StartAsync(
            new Node.Options.NodeOptions { Listen = "127.0.0.1", HttpPort = 0, GrpcPort = port, GrpcWebPort = 0, DataDirectory = second.DataDirectory, LogLevel = Microsoft.Extensions.Logging.LogLevel.None }));
        Assert.Equal("XMTP3007", failure.Code.Id);
        Assert.Contains($"{port}", failure.Message, StringComparison.Ordinal);
        await second.StartAgainAsync();
    }

    [Fact]
    public async Task Start_OnADataDirectoryInUse_FailsClearly()
    {
        await using var node = await TestNode.StartAsync();
        var failure = await Assert.ThrowsAsync<Protocol.Errors.XmtpException>(() => TestNode.StartAsync(options => options with { DataDirectory = node.DataDirectory }));
        Assert.Equal("XMTP3005", failure.Code.Id);
    }

    [Fact]
    public async Task Start_NoDataDirectory_MakesItForItsOwnerOnly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix permissions");
        await using var node = await TestNode.StartAsync();
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(node.DataDirectory));
    }

    private static async Task<T?> NextAsync<T>(IAsyncStreamReader<T> stream) where T : class =>
        await stream.MoveNext(TestContext.Current.CancellationToken) ? stream.Current : null;

    private static async Task<bool> IsRefusedAsync(Uri address)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address.Host, address.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
