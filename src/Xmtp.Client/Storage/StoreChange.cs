namespace Xmtp.Client.Storage;

/// <summary>What becomes of a row.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">What it holds from now on; null to remove it.</param>
public readonly record struct StoreChange(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte>? Value);
