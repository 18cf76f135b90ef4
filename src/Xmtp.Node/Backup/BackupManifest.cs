namespace Xmtp.Node.Backup;

/// <summary>What is in a backup: the first file of the archive, in the form of <c>docs/reference/backup.md</c>.</summary>
internal sealed record BackupManifest(
    int Format,
    string Software,
    string Created,
    string Node,
    string Network,
    bool WithKey,
    IReadOnlyList<BackupFile> Files,
    IReadOnlyList<BackupLog> Logs);

/// <summary>A file of a backup.</summary>
/// <param name="Name">Its path in the data directory.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">64 hex digits.</param>
internal sealed record BackupFile(string Name, long Length, string Sha256);

/// <summary>How far a backup has a log.</summary>
/// <param name="Id">What stands for the log between nodes.</param>
/// <param name="Originator">Who writes it.</param>
/// <param name="Shard">Which of the node's writers.</param>
/// <param name="Incarnation">16 hex digits.</param>
/// <param name="Own">Whether the node of the backup writes it.</param>
/// <param name="Frozen">Whether nothing more is taken of it.</param>
/// <param name="Entries">Number of the last entry.</param>
/// <param name="Hash">Hash of its header, and by the chain of all before it.</param>
internal sealed record BackupLog(string Id, string Originator, uint Shard, string Incarnation, bool Own, bool Frozen, ulong Entries, string Hash);
