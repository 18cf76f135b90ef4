using Grpc.Net.Client;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestNetwork;

namespace Xmtp.Cli.Tests.Admin;

/// <summary>Export and import as processes of their own, between two real nodes.</summary>
public sealed class NodeTransferCommandTests : IAsyncLifetime
{
    private const int Envelopes = 2500;

    private readonly CliHome _home = new();
    private readonly List<TestNode> _nodes = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_home.Path, "export.gz");

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 2; i++)
            _nodes.Add(await TestNode.StartAsync(static options => options with { Authentication = false, Admin = options.Admin with { Port = 0 } }, cancellationToken: Token));
        var request = new PublishRequest();
        for (var i = 0; i < Envelopes; i++) request.Envelopes.Add(new Envelope { ContentTopic = $"/t/{i % 10}", TimestampNs = (ulong)i + 1 });
        using var channel = GrpcChannel.ForAddress(_nodes[0].GrpcAddress);
        await new MessageApi.MessageApiClient(channel).PublishAsync(request, cancellationToken: Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task Export_ThenImport_BringsAllEnvelopes()
    {
        var export = (await RunAsync(0, "node", "export", File)).Exited(0).Result;
        Assert.Equal((Envelopes, 3, _nodes[0].Host.NodeId.ToString()), ((int)export["envelopes"]!, (int)export["parts"]!, (string?)export["node"]));
        (await RunAsync(0, "node", "export", File)).Failed(4, "XMTP3013");
        var import = (await RunAsync(1, "node", "import", File)).Exited(0).Result;
        Assert.Equal((Envelopes, 0, (string?)export["sha256"]), ((int)import["envelopes"]!, (int)import["refused"]!, (string?)import["sha256"]));
        Assert.Equal((500, 1), await RunAgainAsync());
        Assert.Equal(Envelopes, (int)(await RunAsync(1, "node", "status")).Exited(0).Result["store"]!["entries"]!);
    }

    [Fact]
    public async Task Export_Interrupted_GoesOnWhereItStopped()
    {
        var whole = (await RunAsync(0, "node", "export", File)).Exited(0).Result;
        var bytes = System.IO.File.ReadAllBytes(File);
        System.IO.File.Delete(File);
        // The process died within the last part.
        System.IO.File.WriteAllBytes(File + ".partial", bytes[..^20]);
        (await RunAsync(0, "node", "export", File, "--prefix", "/t/1")).Failed(4, "XMTP3013");
        (await RunAsync(1, "node", "export", File)).Failed(4, "XMTP3013");
        var again = (await RunAsync(0, "node", "export", File)).Exited(0);
        Assert.Contains("going on after part 1, 2000 envelopes", again.Error, StringComparison.Ordinal);
        Assert.Equal((string?)whole["sha256"], (string?)again.Result["sha256"]);
        Assert.Equal(bytes, System.IO.File.ReadAllBytes(File));
        Assert.False(System.IO.File.Exists(File + ".partial"));
    }

    [Fact]
    public async Task Export_OfSomeTopics_HoldsThose() =>
        Assert.Equal(120, (int)(await RunAsync(0, "node", "export", File, "--prefix", "/t/3", "--to", "1970-01-01T00:00:00.0000012Z")).Exited(0).Result["envelopes"]!);

    [Fact]
    public async Task Import_FileThatIsDamaged_ReachesNoNode()
    {
        (await RunAsync(0, "node", "export", File)).Exited(0);
        var bytes = System.IO.File.ReadAllBytes(File);
        bytes[^30] ^= 1;
        System.IO.File.WriteAllBytes(File, bytes);
        (await RunAsync(1, "node", "import", File)).Failed(4, "XMTP3014");
        System.IO.File.WriteAllBytes(File, bytes[..^400]);
        (await RunAsync(1, "node", "import", File)).Failed(4, "XMTP3014");
        Assert.Equal(0, (int)(await RunAsync(1, "node", "status")).Exited(0).Result["store"]!["entries"]!);
    }

    private async Task<(int Envelopes, int Parts)> RunAgainAsync()
    {
        var result = (await RunAsync(1, "node", "import", File, "--first-part", "2")).Exited(0).Result;
        return ((int)result["envelopes"]!, (int)result["parts"]!);
    }

    private Task<XmtpResult> RunAsync(int node, params string[] arguments) => _home.RunAsync(
        [.. arguments, "--admin", _nodes[node].Host.AdminAddress!.OriginalString, "--admin-token-file", Path.Combine(_nodes[node].DataDirectory, "admin.token"), "--json"]);
}
