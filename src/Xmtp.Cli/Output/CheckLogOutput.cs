namespace Xmtp.Cli.Output;

/// <summary>A log that a check compared.</summary>
/// <param name="Log">Its hash, 64 hex digits.</param>
/// <param name="Name">Originator, shard and incarnation, shortened.</param>
/// <param name="Originator">Id of the node that writes it.</param>
/// <param name="Entries">The highest number that any node had when it was asked first.</param>
/// <param name="Copies">What each node that answered holds of it.</param>
public sealed record CheckLogOutput(string Log, string Name, string Originator, ulong Entries, IReadOnlyList<CheckCopyOutput> Copies);
