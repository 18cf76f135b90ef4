using Xmtp.Interop.JavaScript;
using Xmtp.Node.Options;
using Xmtp.TestNetwork;

namespace Xmtp.Interop.Clients;

/// <summary>
/// The addresses that the clients have built in for a local node: nothing but <c>env: "local"</c> is set. Whatever else
/// wants the default ports belongs into this class, whose tests run one after another.
/// </summary>
public sealed class BuiltInAddressTests
{
    [Fact]
    public async Task LocalEnvironment_OfEveryRelease_FindsANodeOnItsDefaultPorts()
    {
        var defaults = new NodeOptions();
        await using var node = await TestNode.StartAsync(options => options with
        {
            Listen = "localhost",
            HttpPort = defaults.HttpPort,
            GrpcPort = defaults.GrpcPort,
            GrpcWebPort = defaults.GrpcWebPort,
        });
        await using var v13 = await JsClient.CreateAsync(JsRelease.V13, endpoint: null);
        await using var v6 = await JsClient.CreateAsync(JsRelease.V6, endpoint: null);
        await using var grpc = await JsClient.CreateAsync(JsRelease.V13Grpc, endpoint: null);
        await using var dotNet = await DotNetAccount.CreateAsync(endpoint: null);

        var overHttp = await v13.NewConversationAsync(v6.Address);
        await v13.SendAsync(overHttp, "from 13");
        await v6.SendAsync(Assert.Single(await v6.ConversationsAsync()), "from 6");
        var overGrpc = await grpc.NewConversationAsync(v13.Address);
        await grpc.SendAsync(overGrpc, "over gRPC");

        var overDotNet = await dotNet.NewConversationAsync(grpc.Address);
        await overDotNet.SendAsync("from .NET", TestContext.Current.CancellationToken);

        Assert.Equal(["from 13", "from 6"], (await v13.MessagesAsync(overHttp)).Select(message => message.Text));
        Assert.Equal(["over gRPC"], (await v13.MessagesAsync(overGrpc)).Select(message => message.Text));
        var received = Assert.Single(await grpc.ConversationsAsync(), conversation => conversation.Peer == dotNet.Address);
        Assert.Equal(["from .NET"], (await grpc.MessagesAsync(received)).Select(message => message.Text));
    }
}
