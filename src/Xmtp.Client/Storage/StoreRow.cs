namespace Xmtp.Client.Storage;

/// <summary>A row of a store.</summary>
/// <param name="Key">1 to 64 bytes.</param>
/// <param name="Value">At most about one message.</param>
public readonly record struct StoreRow(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value);
