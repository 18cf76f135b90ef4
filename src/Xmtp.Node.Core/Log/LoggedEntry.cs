namespace Xmtp.Node.Core.Log;

/// <summary>An entry as read from a store.</summary>
/// <param name="Header">All but the payload.</param>
/// <param name="Payload">The payload, or null when it has expired and is gone.</param>
public readonly record struct LoggedEntry(EntryHeader Header, ReadOnlyMemory<byte>? Payload);
