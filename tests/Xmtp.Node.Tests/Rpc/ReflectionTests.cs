using Grpc.Core;
using Grpc.Reflection.V1Alpha;
using Xmtp.Node.Options;
using Xmtp.Node.Tests.Support;

namespace Xmtp.Node.Tests.Rpc;

public sealed class ReflectionTests
{
    [Fact]
    public async Task Reflection_WhenOn_NamesTheServicesAndDoesNotHoldUpAStop()
    {
        await using var node = new ReflectingNode(true);
        await node.InitializeAsync();
        using var call = new ServerReflection.ServerReflectionClient(node.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        var services = call.ResponseStream.Current.ListServicesResponse.Service.Select(static service => service.Name);
        Assert.Superset(new HashSet<string> { "xmtp.message_api.v1.MessageApi", "grpc.health.v1.Health" }, services.ToHashSet());
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { FileContainingSymbol = "xmtp.message_api.v1.Envelope" });
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.NotEmpty(call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto);

        // The call is still open; stopping takes far less than the ten seconds after which calls are cut off.
        var started = TimeProvider.System.GetTimestamp();
        await node.Node.StopAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(8));
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Reflection_WhenOff_IsUnimplemented()
    {
        await using var node = new ReflectingNode(false);
        await node.InitializeAsync();
        using var call = new ServerReflection.ServerReflectionClient(node.Channel).ServerReflectionInfo();
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }

    private sealed class ReflectingNode(bool on) : NodeFixture
    {
        protected override NodeOptions Configure(NodeOptions options) => base.Configure(options) with { Reflection = on };
    }
}
