using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Replication;

namespace Xmtp.Node.Core.Network;

/// <summary>A frame of entries after its check: either what it holds, or why it is not taken.</summary>
/// <param name="Log">The log.</param>
/// <param name="Bytes">Bytes of headers and payloads, as they count against a window.</param>
/// <param name="Entries">The entries.</param>
/// <param name="Problem">The problem.</param>
internal sealed record CheckedEntries(Hash256 Log, int Bytes, VerifiedEntries? Entries, EntryProblemException? Problem);
