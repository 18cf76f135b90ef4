using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Storage;

/// <summary>What becomes durable in one step: entries of one or several logs, and heads that cover them.</summary>
/// <param name="Entries">Complete entries; those of one log in the order of their numbers, which continue what is stored.</param>
/// <param name="Heads">
/// Heads with the logs they belong to. Each log with entries here has one at its last entry; further ones keep the distance
/// between two heads short enough for one frame.
/// </param>
public readonly record struct LogCommit(ReadOnlyMemory<PendingEntry> Entries, ReadOnlyMemory<(LogId Log, SignedHead Head)> Heads);
