using Grpc.Core;
using Xmtp.Cryptography;
using Xmtp.Node.Options;
using Xmtp.Node.Tests.Rpc;
using Xmtp.Node.Tests.Support;

namespace Xmtp.Node.Tests.Hosting;

public sealed class WalletListTests
{
    [Fact]
    public async Task Publish_DeniedWallet_IsRefused()
    {
        await using var node = new ListedNode();
        await node.InitializeAsync();
        await node.RestartAsync(options => options with { DenyListFile = WriteList(node.Address) });
        var refused = await Assert.ThrowsAsync<RpcException>(() => node.PublishAsync(NodeFixture.NewEnvelope("x")));
        GrpcAssert.Is(refused, StatusCode.PermissionDenied, "XMTP2003");
        Assert.Equal("wallet is deny listed", refused.Status.Detail);
    }

    [Fact]
    public async Task Publish_PrivilegedWallet_MayWriteAnywhere()
    {
        var other = await TestAccount.CreateAsync();
        await using var node = new ListedNode();
        await node.InitializeAsync();
        var envelope = NodeFixture.NewEnvelope($"/xmtp/0/contact-{other.Address}/proto");
        GrpcAssert.Is(await Assert.ThrowsAsync<RpcException>(() => node.PublishAsync(envelope)), StatusCode.PermissionDenied, "XMTP2002");
        await node.RestartAsync(options => options with { PrivilegedWallets = [EthereumAddress.Parse(node.Address)] });
        await node.PublishAsync(envelope);
    }

    [Fact]
    public async Task Start_WrongList_Fails()
    {
        var failure = await Assert.ThrowsAsync<NodeOptionsException>(() =>
            TestNetwork.TestNode.StartAsync(static options => options with { Store = StoreKind.Memory, DenyListFile = WriteList("0x12") }));
        Assert.Contains("line 2", Assert.Single(failure.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_AuthenticationOff_LetsAnyoneWriteAnywhere()
    {
        await using var node = new ListedNode();
        await node.InitializeAsync();
        await node.RestartAsync(static options => options with { Authentication = false });
        using var response = await node.PostAsync("/message/v1/publish", """{"envelopes":[{"contentTopic":"/xmtp/0/contact-0x0/proto"}]}""");
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Contains(node.Node.Log.Lines, static line => line.EventId == 2221);
    }

    private static string WriteList(string address)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $"# wallets\n{address}\n");
        return file;
    }

    private sealed class ListedNode : NodeFixture
    {
        private Func<NodeOptions, NodeOptions> _change = static options => options;

        public async Task RestartAsync(Func<NodeOptions, NodeOptions> change)
        {
            var (token, address) = (Token, Address);
            await DisposeAsync();
            _change = change;
            await InitializeAsync();
            (Token, Address) = (token, address);
        }

        protected override NodeOptions Configure(NodeOptions options) => _change(base.Configure(options));
    }
}
