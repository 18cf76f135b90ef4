namespace Xmtp.Client.Push;

/// <summary>A key that tells a push server which messages of one conversation its user sent, for 30 days.</summary>
/// <param name="Period">Number of the 30-day period since 1970.</param>
/// <param name="Key">32 bytes. It verifies, but decrypts nothing.</param>
public sealed record PushHmacKey(long Period, ReadOnlyMemory<byte> Key);
