namespace Xmtp.Node.Hosting;

/// <summary>Stands on connections that came to the gRPC-Web port.</summary>
internal sealed class GrpcWebListener
{
    private GrpcWebListener()
    {
    }

    public static GrpcWebListener Instance { get; } = new();
}
