namespace Xmtp.Node.Core.Storage;

/// <summary>One row of a page.</summary>
/// <param name="Topic">Topic, one of those asked for.</param>
/// <param name="Key">Place in the order.</param>
/// <param name="Payload">Message bytes; they never change.</param>
public readonly record struct StoredEnvelope(string Topic, EnvelopeKey Key, ReadOnlyMemory<byte> Payload);
