using System.Globalization;
using Xmtp.Interop.JavaScript;
using Xmtp.TestCluster.Processes;

namespace Xmtp.Interop.Scale;

/// <summary>One client's way to the nodes, over gRPC and HTTP.</summary>
internal sealed class Gateway(ClusterNode node) : IAsyncDisposable
{
    private readonly ClientProxy _grpc = new(node.GrpcAddress.Port);
    private readonly ClientProxy _http = new(node.HttpAddress.Port);

    public NodeEndpoint Endpoint => new(
        string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_http.Port}"), string.Create(CultureInfo.InvariantCulture, $"localhost:{_grpc.Port}"));

    public void Drop()
    {
        _grpc.Drop();
        _http.Drop();
    }

    public void MoveTo(ClusterNode other)
    {
        _grpc.MoveTo(other.GrpcAddress.Port);
        _http.MoveTo(other.HttpAddress.Port);
    }

    public async ValueTask DisposeAsync()
    {
        await _grpc.DisposeAsync();
        await _http.DisposeAsync();
    }
}
