namespace Xmtp.Node.Rpc;

/// <summary>Stands on requests that came as gRPC-Web; further in they look like any other gRPC call.</summary>
internal sealed class GrpcWebMarker
{
    private GrpcWebMarker()
    {
    }

    public static GrpcWebMarker Instance { get; } = new();
}
