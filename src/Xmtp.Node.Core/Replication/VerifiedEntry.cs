using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Replication;

/// <summary>An entry of another node whose bytes hold together; made by <see cref="EntriesVerifier"/> alone.</summary>
/// <param name="Header">The header.</param>
/// <param name="HeaderBytes">The header as it was hashed.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Payload">The payload, or null when it has expired.</param>
/// <param name="MessageOffset">Where in the payload the message begins.</param>
/// <param name="TopicHash">SHA-256 of the topic.</param>
/// <param name="MayBeVisible">Whether readers may see it: it is an envelope, and who wrote it was allowed to.</param>
internal sealed record VerifiedEntry(
    EntryHeader Header, ReadOnlyMemory<byte> HeaderBytes, Hash256 Hash, ReadOnlyMemory<byte>? Payload, int MessageOffset, Hash256 TopicHash, bool MayBeVisible);
