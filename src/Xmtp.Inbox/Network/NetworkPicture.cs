namespace Xmtp.Inbox.Network;

/// <summary>What a node's <c>/network</c> answers.</summary>
public sealed record NetworkPicture
{
    public int Format { get; init; }

    public string Network { get; init; } = "";

    public IReadOnlyList<PictureNode> Nodes { get; init; } = [];

    public IReadOnlyList<PictureLink> Links { get; init; } = [];

    public IReadOnlyList<PictureLog> Logs { get; init; } = [];
}
