namespace Xmtp.Cli.Admin;

/// <summary>A backup, or what was restored of it.</summary>
/// <param name="File">The archive.</param>
/// <param name="DataDirectory">Where it was restored to; null for a backup.</param>
/// <param name="Node">Whose data it is.</param>
/// <param name="Network">The network's name; empty for a backup of a stopped node.</param>
/// <param name="Created">When it was taken, ISO 8601.</param>
/// <param name="Software">What took it.</param>
/// <param name="WithKey">Whether it holds the node's key.</param>
/// <param name="Files">Files in it.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Logs">Logs in it.</param>
/// <param name="Entries">Their entries.</param>
internal sealed record BackupOutput(
    string File, string? DataDirectory, string Node, string Network, string Created, string Software, bool WithKey, int Files, long Bytes, int Logs, ulong Entries);
