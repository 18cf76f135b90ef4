using Xmtp.Docs.Tests.Snippets;
using Xmtp.TestNetwork;

[assembly: AssemblyFixture(typeof(SnippetNode))]

namespace Xmtp.Docs.Tests.Snippets;

/// <summary>The node that all snippets talk to.</summary>
public sealed class SnippetNode : IAsyncLifetime
{
    private TestNode? _node;

    public Uri Address => _node!.GrpcAddress;

    public async ValueTask InitializeAsync() => _node = await TestNode.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_node is not null) await _node.DisposeAsync();
    }
}
