namespace Xmtp.Inbox.Network;

/// <summary>A node, as it was told.</summary>
public sealed record PictureNode
{
    public string Id { get; init; } = "";

    public string ShortId { get; init; } = "";

    public string Link { get; init; } = "";

    public string? State { get; init; }

    public bool Answered { get; init; }

    public string Region { get; init; } = "";

    public string Software { get; init; } = "";

    public string Http { get; init; } = "";

    public long? LagEntries { get; init; }

    public long? LagMs { get; init; }
}
