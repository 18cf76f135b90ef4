namespace Xmtp.Cli.Output;

/// <summary>A node that another one knows.</summary>
/// <param name="Event"><c>known</c>; while watching also <c>joined</c>, <c>changed</c> or <c>left</c>.</param>
/// <param name="Id">Its id, 64 hex digits.</param>
/// <param name="ShortId">The first eight of them.</param>
/// <param name="Link"><c>self</c> for the node that answers, else <c>connected</c>, <c>disconnected</c> or <c>suspect</c>.</param>
/// <param name="Network">The network of its record.</param>
/// <param name="NodeEndpoint">Where other nodes dial it, <c>host:port</c>; null for nowhere.</param>
/// <param name="GrpcEndpoint">Where clients dial it for gRPC; null for nowhere.</param>
/// <param name="GrpcWebEndpoint">For gRPC-Web.</param>
/// <param name="HttpEndpoint">For HTTP/JSON.</param>
/// <param name="Software">What it runs.</param>
/// <param name="Region">Where it says that it stands; null when it does not.</param>
/// <param name="Counter">The record's counter: the newest one counts.</param>
/// <param name="Issued">When the record was made, ISO 8601.</param>
/// <param name="Expires">Until when it is good.</param>
/// <param name="LastSeen">When the answering node last heard from it; null for never.</param>
/// <param name="Leaving">Whether the record says good-bye.</param>
/// <param name="Valid">Whether the node itself signed the record.</param>
public sealed record PeerOutput(
    string Event, string Id, string ShortId, string Link, string Network, string? NodeEndpoint, string? GrpcEndpoint, string? GrpcWebEndpoint, string? HttpEndpoint,
    string Software, string? Region, ulong Counter, string Issued, string Expires, string? LastSeen, bool Leaving, bool Valid);
