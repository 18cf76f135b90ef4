using System.Globalization;
using Xmtp.Interop;
using Xmtp.Interop.JavaScript;
using Xmtp.TestNetwork;

[assembly: AssemblyFixture(typeof(InteropNode))]

namespace Xmtp.Interop;

/// <summary>The node that all tests of this project share, with tokens required and limits on as an operator runs it.</summary>
public sealed class InteropNode : IAsyncLifetime
{
    private TestNode? node;

    /// <summary>Where it listens.</summary>
    internal NodeEndpoint Endpoint => EndpointOf(node ?? throw new InvalidOperationException("The node has not started."));

    public async ValueTask InitializeAsync() => node = await TestNode.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (node is not null)
            await node.DisposeAsync();
    }

    /// <summary>The gRPC client takes any name but localhost for one that needs TLS.</summary>
    internal static NodeEndpoint EndpointOf(TestNode node) => new(
        node.HttpAddress.ToString().TrimEnd('/'),
        string.Create(CultureInfo.InvariantCulture, $"localhost:{node.GrpcAddress.Port}"));
}
