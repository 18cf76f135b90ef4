using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Picture;

/// <summary>How far a node says that it has a log.</summary>
/// <param name="Name">The log.</param>
/// <param name="Entries">Number of its last entry there.</param>
/// <param name="LastEntryNs">Time of that entry; null when the node did not show the head.</param>
/// <param name="IsFrozen">Whether the node takes no more of it.</param>
internal sealed record LogView(LogName Name, ulong Entries, long? LastEntryNs, bool IsFrozen);
