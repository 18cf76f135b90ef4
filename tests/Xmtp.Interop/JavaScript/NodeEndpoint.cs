namespace Xmtp.Interop.JavaScript;

/// <summary>Where a node listens.</summary>
/// <param name="Http">URL of the HTTP/JSON gateway.</param>
/// <param name="Grpc">Host and port of plain gRPC.</param>
internal sealed record NodeEndpoint(string Http, string Grpc);
