namespace Xmtp.Cli.Output;

/// <summary>A node's description of itself.</summary>
/// <param name="Id">The node's id, 64 hex digits.</param>
/// <param name="PublicKey">Its key, 65 bytes in hex.</param>
/// <param name="Network">The network's name.</param>
/// <param name="NodeEndpoint">Where other nodes dial it; null for nowhere.</param>
/// <param name="GrpcEndpoint">Where clients dial it for gRPC.</param>
/// <param name="GrpcWebEndpoint">For gRPC-Web.</param>
/// <param name="HttpEndpoint">For HTTP/JSON.</param>
/// <param name="Software">What it runs.</param>
/// <param name="ProtocolMin">The oldest protocol between nodes that it speaks.</param>
/// <param name="ProtocolMax">The newest one.</param>
/// <param name="Region">Where it says that it stands.</param>
/// <param name="Counter">The newest counter of a node counts.</param>
/// <param name="IssuedNs">When it was made, nanoseconds since 1970 as decimal text.</param>
/// <param name="Issued">The same, ISO 8601.</param>
/// <param name="ExpiresNs">Until when it is good.</param>
/// <param name="Expires">The same.</param>
/// <param name="AdmissionProof">The salt that proves work, hex; null for none.</param>
/// <param name="Leaving">Whether the node says good-bye.</param>
/// <param name="Signature">The signature, hex.</param>
/// <param name="Bytes">Record and signature as they travel, base64.</param>
/// <param name="Verdicts">What was verified.</param>
public sealed record RecordOutput(
    string Id, string PublicKey, string Network, string? NodeEndpoint, string? GrpcEndpoint, string? GrpcWebEndpoint, string? HttpEndpoint, string Software,
    uint ProtocolMin, uint ProtocolMax, string? Region, ulong Counter, string IssuedNs, string Issued, string ExpiresNs, string Expires, string? AdmissionProof,
    bool Leaving, string Signature, string Bytes, IReadOnlyList<VerdictOutput> Verdicts);
