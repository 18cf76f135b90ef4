using Grpc.Core;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Tests.Network;

public sealed class BootstrapOffTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    [Fact]
    public async Task Bootstrap_NodeThatStandsAlone_IsUnimplemented()
    {
        Assert.Null(node.Node.Host.NetworkPort);
        Assert.Null(node.Node.Host.NetworkAddress);
        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
            await new Bootstrap.BootstrapClient(node.Channel).GetPeersAsync(new GetPeersRequest(), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }
}
