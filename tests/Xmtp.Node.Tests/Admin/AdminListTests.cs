using Grpc.Core;
using Xmtp.Node.Options;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

namespace Xmtp.Node.Tests.Admin;

public sealed class AdminListTests : IDisposable
{
    private const string Other = "0x8ba1f109551bD432803012645Ac136ddd64DBA72";

    private readonly string _file = Path.GetTempFileName();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task List_WalletAdded_IsDeniedAtOnceAndKept()
    {
        File.WriteAllText(_file, $"# the first\n{Other.ToLowerInvariant()} # since May\n\n");
        await using var node = await AdminNode.StartAsync(options => options with { Store = StoreKind.Memory, Authentication = true, DenyListFile = _file });
        var account = await TestAccount.CreateAsync();
        Task PublishAsync() => node.Api.PublishAsync(
            new PublishRequest { Envelopes = { NodeFixture.NewEnvelope(NodeFixture.NewTopic()) } }, new Metadata { { "authorization", account.Token() } }, cancellationToken: Token).ResponseAsync;
        await PublishAsync();

        var changed = await node.PostAsync("/v1/lists/deny-list", $$"""{"add":["{{account.Address.ToLowerInvariant()}}","{{Other}}"]}""");
        Assert.Equal([account.Address], changed["added"]!.AsArray().Select(static entry => (string?)entry));
        Assert.Equal(2, (int)changed["count"]!);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(PublishAsync)).StatusCode);
        Assert.Equal($"# the first\n{Other.ToLowerInvariant()} # since May\n\n{account.Address}\n", File.ReadAllText(_file));
        Assert.Equal([.. new[] { account.Address, Other }.Order(StringComparer.Ordinal)], (await node.GetAsync("/v1/lists/deny-list"))["entries"]!.AsArray().Select(static entry => (string)entry!));
        Assert.True(node.HasLogged(2280, account.Address));

        await node.PostAsync("/v1/lists/deny-list", $$"""{"remove":["{{account.Address}}"]}""");
        await PublishAsync();
        Assert.Equal($"# the first\n{Other.ToLowerInvariant()} # since May\n\n", File.ReadAllText(_file));
    }

    [Theory]
    [InlineData("deny-list", """{"add":["0x12"]}""", 400, "not an address")]
    [InlineData("deny-list", """{"add":[null]}""", 400, "null")]
    [InlineData("deny-list", """{"add":["0x8ba1f109551bD432803012645Ac136ddd64DBA72"],"remove":["0x8ba1f109551bd432803012645ac136ddd64dba72"]}""", 400, "added and removed")]
    [InlineData("deny-list", """{"add":["0x8ba1f109551bd432803012645ac136ddd64dba72\n0x8ba1f109551bd432803012645ac136ddd64dba73"]}""", 400, "not an address")]
    [InlineData("allow-list", """{"add":["0x8ba1f109551bd432803012645ac136ddd64dba72"]}""", 409, "without --allow-list")]
    [InlineData("network-deny-list", """{"add":["12"]}""", 400, "64 hex digits")]
    [InlineData("other-list", "{}", 404, "network-allow-list")]
    public async Task List_WrongChange_IsRefused(string list, string body, int status, string problem)
    {
        await using var node = await AdminNode.StartAsync(options => options with { Store = StoreKind.Memory, Authentication = true, DenyListFile = _file });
        Assert.Contains(problem, (string?)(await node.PostAsync($"/v1/lists/{list}", body, status))["message"], StringComparison.Ordinal);
        Assert.Empty(File.ReadAllText(_file));
    }

    [Fact]
    public async Task List_FileWithAWrongLine_IsLeftAlone()
    {
        await using var node = await AdminNode.StartAsync(options => options with { Store = StoreKind.Memory, Authentication = true, DenyListFile = _file });
        File.WriteAllText(_file, "what is this\n");
        Assert.Equal("XMTP3013", (string?)(await node.PostAsync("/v1/lists/deny-list", $$"""{"add":["{{Other}}"]}""", 409))["code"]);
        Assert.Equal("what is this\n", File.ReadAllText(_file));
    }

    [Fact]
    public async Task List_NodeDenied_LosesItsLinkUntilItIsTakenOff()
    {
        await using var mesh = await TestMesh.StartAsync(2, options => options with
        {
            Store = StoreKind.Memory,
            Authentication = false,
            Admin = options.Admin with { Port = 0 },
            Network = options.Network with { DenyListFile = _file },
        });
        await using var node = AdminNode.Of(mesh.Nodes[0]);
        var other = mesh.Nodes[1].Host.NodeId.ToString();
        await node.PostAsync("/v1/lists/network-deny-list", $$"""{"add":["{{other.ToUpperInvariant()}}"]}""");
        Assert.Equal((0, 0), await PeersAsync(node));
        Assert.Equal($"{other}\n", File.ReadAllText(_file));
        await node.PostAsync("/v1/lists/network-deny-list", $$"""{"remove":["{{other}}"]}""");
        await Eventually.EqualAsync((1, 1), () => PeersAsync(node));
    }

    private static async Task<(int Known, int Linked)> PeersAsync(AdminNode node)
    {
        var peers = (await node.GetAsync("/v1/status"))["peers"]!;
        return ((int)peers["known"]!, (int)peers["linked"]!);
    }
}
