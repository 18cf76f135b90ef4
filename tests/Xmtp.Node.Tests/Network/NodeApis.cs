using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Xmtp.TestNetwork;

namespace Xmtp.Node.Tests.Network;

/// <summary>The ways by which clients call a node.</summary>
internal static class NodeApis
{
    /// <summary>gRPC, and gRPC-Web on its own port and on the HTTP port.</summary>
    public static TheoryData<string> All => ["grpc", "grpc-web", "http"];

    /// <summary>A channel to a node.</summary>
    public static GrpcChannel Channel(TestNode node, string kind) => kind == "grpc"
        ? GrpcChannel.ForAddress(node.GrpcAddress)
        : GrpcChannel.ForAddress(kind == "http" ? node.HttpAddress : node.GrpcWebAddress, new GrpcChannelOptions { HttpVersion = HttpVersion.Version11, HttpHandler = new GrpcWebHandler(GrpcWebMode.GrpcWeb, new HttpClientHandler()) });

    /// <summary>Metadata with one entry beside the others.</summary>
    public static Metadata With(this Metadata metadata, string key, string value)
    {
        metadata.Add(key, value);
        return metadata;
    }
}
