namespace Xmtp.Node.Core.Storage;

/// <summary>Where a log stands.</summary>
/// <param name="Sequence">Its last durable number; 0 when it is empty.</param>
/// <param name="OriginatorTimeNs">Originator time of that entry.</param>
public readonly record struct LogEnd(ulong Sequence, long OriginatorTimeNs);
