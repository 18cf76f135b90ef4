using Grpc.Core;
using Grpc.Net.Client;
using Xmtp.Node.Options;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Tests.Hosting;

/// <summary>The executable: signals, exit codes, output.</summary>
public sealed class NodeProgramTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("xmtp-test-").FullName;

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Signal_StopsItInOrder_AndNothingIsLost(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals");
        var data = Path.Combine(_directory, "data");
        var envelope = NodeFixture.NewEnvelope(NodeFixture.NewTopic());
        using (var node = await NodeProcess.StartReadyAsync("--data-dir", data, "--authentication", "off"))
        {
            using var channel = GrpcChannel.ForAddress(node.GrpcAddress);
            var api = new MessageApi.MessageApiClient(channel);
            using var stream = api.Subscribe(new SubscribeRequest { ContentTopics = { envelope.ContentTopic } });
            await stream.ResponseHeadersAsync;
            await api.PublishAsync(new PublishRequest { Envelopes = { envelope } });
            node.Signal(signal);
            Assert.True(await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            var ended = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            Assert.Equal(StatusCode.Unavailable, ended.StatusCode);
            var (code, output, error) = await node.EndAsync();
            Assert.Equal((0, string.Empty), (code, error));
            Assert.Contains("The node has stopped", output, StringComparison.Ordinal);
        }

        using (var node = await NodeProcess.StartReadyAsync("--data-dir", data))
        {
            using var channel = GrpcChannel.ForAddress(node.GrpcAddress);
            Assert.Equal(envelope, Assert.Single((await new MessageApi.MessageApiClient(channel).QueryAsync(new QueryRequest { ContentTopics = { envelope.ContentTopic } })).Envelopes));
            node.Signal("KILL");
        }
    }

    [Fact]
    public async Task Run_UserSignal_SwitchesDebugOutput()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "no such signal");
        using var node = await NodeProcess.StartReadyAsync("--store", "memory");
        using var http = new HttpClient { BaseAddress = node.HttpAddress };
        using var quiet = await http.PostAsync("/message/v1/query", new StringContent("""{"contentTopics":["x"]}"""), TestContext.Current.CancellationToken);
        node.Signal("USR1");
        using (await node.WaitForEventAsync(2225))
        {
        }

        Assert.DoesNotContain(node.Output, static line => line.Contains("\"EventId\":2200,", StringComparison.Ordinal));
        using var loud = await http.PostAsync("/message/v1/query", new StringContent("""{"contentTopics":["x"]}"""), TestContext.Current.CancellationToken);
        using (await node.WaitForEventAsync(2200))
        {
        }

        node.Signal("TERM");
        Assert.Equal(0, (await node.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task WrongOptions_AreAllReported_WithExitCode2()
    {
        using var node = NodeProcess.Start(["--http-port", "x", "--store", "paper", "--shutdown-timeout", "soon"], ("XMTP_GRPC_PORT", "-1"));
        var (code, output, error) = await node.EndAsync();
        Assert.Equal((2, string.Empty), (code, output));
        foreach (var part in new[] { "--http-port: must be a whole number", "--store: must be one of rocksdb, memory", "--shutdown-timeout: must be a time", "XMTP_GRPC_PORT: must be" })
            Assert.Contains(part, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownFlag_IsReported_WithExitCode2()
    {
        using var node = NodeProcess.Start(["--nonsense", "1"]);
        var (code, _, error) = await node.EndAsync();
        Assert.Equal(2, code);
        Assert.Contains("--nonsense", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataDirectoryThatCannotBe_IsReported_WithExitCode3()
    {
        var file = Path.Combine(_directory, "file");
        await File.WriteAllTextAsync(file, "not a directory", TestContext.Current.CancellationToken);
        using var node = NodeProcess.Start(["--data-dir", Path.Combine(file, "below"), "--http-port", "0", "--grpc-port", "0", "--grpc-web-port", "0", "--network-port", "off"]);
        var (code, _, error) = await node.EndAsync();
        Assert.Equal(3, code);
        Assert.StartsWith("XMTP3005 store unusable: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Help_NamesEveryOption()
    {
        using var node = NodeProcess.Start(["--help"]);
        var (code, output, _) = await node.EndAsync();
        Assert.Equal(0, code);
        foreach (var option in NodeOptionList.All)
        {
            Assert.Contains($"--{option.Name}", output, StringComparison.Ordinal);
            Assert.Contains(option.EnvironmentVariable, output.ReplaceLineEndings(string.Empty).Replace(" ", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
