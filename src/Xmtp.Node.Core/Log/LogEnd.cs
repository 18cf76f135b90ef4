namespace Xmtp.Node.Core.Log;

/// <summary>Where a log stands.</summary>
/// <param name="Sequence">Its last durable number; 0 when it is empty.</param>
/// <param name="Hash">Hash of that entry's header; zeros when there is none.</param>
/// <param name="OriginatorTimeNs">Originator time of that entry.</param>
public readonly record struct LogEnd(ulong Sequence, Hash256 Hash, long OriginatorTimeNs);
