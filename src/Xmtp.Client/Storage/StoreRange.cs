namespace Xmtp.Client.Storage;

/// <summary>Rows that lie together.</summary>
/// <param name="From">The lowest key, inclusive.</param>
/// <param name="To">The end, exclusive.</param>
/// <param name="Limit">How many rows at most.</param>
/// <param name="Descending">Whether the highest keys come first.</param>
public readonly record struct StoreRange(ReadOnlyMemory<byte> From, ReadOnlyMemory<byte> To, int Limit, bool Descending = false);
