using Xmtp.Interop;
using Xmtp.Interop.JavaScript;
using Xmtp.TestNetwork;

[assembly: AssemblyFixture(typeof(InteropMesh))]

namespace Xmtp.Interop;

/// <summary>Three nodes of one network, with tokens required and limits on, for clients that move between them.</summary>
public sealed class InteropMesh : IAsyncLifetime
{
    public const int NodeCount = 3;

    private TestMesh? mesh;

    /// <summary>Where a node listens.</summary>
    internal NodeEndpoint this[int node] => InteropNode.EndpointOf(Mesh.Nodes[node]);

    private TestMesh Mesh => mesh ?? throw new InvalidOperationException("The nodes have not started.");

    public async ValueTask InitializeAsync() => mesh = await TestMesh.StartAsync(NodeCount);

    /// <summary>Returns when all nodes hold the same: what any client wrote can be read on each.</summary>
    public Task SettledAsync() => Mesh.SettledAsync();

    public async ValueTask DisposeAsync()
    {
        if (mesh is not null)
            await mesh.DisposeAsync();
    }
}
