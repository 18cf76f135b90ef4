using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Storage;

/// <summary>One envelope in the visible index: what stands there once, however many logs hold a copy.</summary>
/// <param name="TopicHash">SHA-256 of the topic's UTF-8 bytes.</param>
/// <param name="Key">Place in the order of queries.</param>
public readonly record struct EnvelopeIndexKey(Hash256 TopicHash, EnvelopeKey Key);
