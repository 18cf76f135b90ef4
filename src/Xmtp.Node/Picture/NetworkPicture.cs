using System.Text.Json.Serialization;

namespace Xmtp.Node.Picture;

/// <summary>The network as one node sees it, in the form of <c>docs/reference/network-picture.md</c>. Numbers that name nodes are places in <see cref="Nodes"/>.</summary>
internal sealed record NetworkPicture(
    int Format,
    string Network,
    string Changed,
    IReadOnlyList<PictureNode> Nodes,
    IReadOnlyList<PictureLink> Links,
    IReadOnlyList<PictureLog> Logs,
    PictureOmitted Omitted,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<PictureDetail>? Detail);

/// <summary>A node.</summary>
internal sealed record PictureNode(
    string Id,
    string ShortId,
    string Link,
    string? State,
    bool Answered,
    string Region,
    string Software,
    string Node,
    string Grpc,
    string GrpcWeb,
    string Http,
    string? Expires,
    ulong? LagEntries,
    long? LagMs);

/// <summary>How two nodes stand with each other.</summary>
internal sealed record PictureLink(int A, int B, string State, string? SaidByA, string? SaidByB);

/// <summary>A log and its copies.</summary>
internal sealed record PictureLog(
    string Id,
    string Originator,
    int? Place,
    uint Shard,
    string Incarnation,
    ulong Entries,
    string LastEntry,
    bool Frozen,
    IReadOnlyList<PictureCopy> Copies);

/// <summary>How far one node has a log.</summary>
internal sealed record PictureCopy(int Node, ulong Entries, ulong LagEntries, long? LagMs);

/// <summary>How many were left out.</summary>
internal sealed record PictureOmitted(int Nodes, int Links, int Logs);

/// <summary>What only the operator is told of a node.</summary>
internal sealed record PictureDetail(
    string? LastSeen, string? Issued, string? Counter, uint? ProtocolMin, uint? ProtocolMax, string? Asked, string? Failure);
