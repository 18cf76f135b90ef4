namespace Xmtp.Client.Transport;

/// <summary>The wire a client speaks to its node.</summary>
public enum TransportKind
{
    /// <summary>gRPC over HTTP/2: TLS for <c>https</c> addresses, prior knowledge (h2c) for <c>http</c> ones.</summary>
    Grpc,

    /// <summary>gRPC-Web over HTTP/1.1 or HTTP/2: the one that works in a browser.</summary>
    GrpcWeb,
}
