namespace Xmtp.Inbox.Network;

/// <summary>A log, and who has how much of it.</summary>
public sealed record PictureLog
{
    public string Id { get; init; } = "";

    public string Originator { get; init; } = "";

    public int? Place { get; init; }

    public int Shard { get; init; }

    public long Entries { get; init; }

    public bool Frozen { get; init; }

    public IReadOnlyList<PictureCopy> Copies { get; init; } = [];
}
