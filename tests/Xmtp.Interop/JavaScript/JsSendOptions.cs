namespace Xmtp.Interop.JavaScript;

/// <param name="ContentType">authority/type:major.minor; null for text.</param>
/// <param name="Compression">Number of the protocol's compression, 0 deflate, 1 gzip; null for none.</param>
/// <param name="Timestamp">Milliseconds since the Unix epoch; null for now.</param>
/// <param name="Ephemeral">Live only, never stored.</param>
internal sealed record JsSendOptions(string? ContentType = null, int? Compression = null, long? Timestamp = null, bool? Ephemeral = null);
