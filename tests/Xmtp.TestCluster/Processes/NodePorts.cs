using System.Globalization;

namespace Xmtp.TestCluster.Processes;

/// <summary>The ports of a node for clients; the same at each start, as clients expect of a node that was restarted.</summary>
internal sealed record NodePorts(int Http, int Grpc, int GrpcWeb)
{
    public IEnumerable<string> Options =>
    [
        "--http-port", Http.ToString(CultureInfo.InvariantCulture),
        "--grpc-port", Grpc.ToString(CultureInfo.InvariantCulture),
        "--grpc-web-port", GrpcWeb.ToString(CultureInfo.InvariantCulture),
    ];
}
