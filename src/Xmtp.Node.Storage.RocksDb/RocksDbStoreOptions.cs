namespace Xmtp.Node.Storage.RocksDb;

/// <summary>
/// Measures of the embedded store. The defaults keep a node at rest below some 100 MiB and take tens of thousands of envelopes
/// a second.
/// </summary>
public sealed record RocksDbStoreOptions
{
    /// <summary>Memory for blocks read from disk, their indexes and filters included.</summary>
    public long BlockCacheBytes { get; init; } = 32L << 20;

    /// <summary>Memory for what is not yet in sorted files, over all columns. It is used as writes come, not at rest.</summary>
    public long MemtableBytes { get; init; } = 64L << 20;

    /// <summary>
    /// Bytes of write-ahead log that make the oldest columns be written out. A start after a crash reads as much, and needs as
    /// much free space.
    /// </summary>
    public long WalBytesMax { get; init; } = 256L << 20;

    /// <summary>Threads that flush and compact.</summary>
    public int BackgroundJobs { get; init; } = Math.Clamp(Environment.ProcessorCount, 2, 8);

    /// <summary>Files held open; more are opened and closed as needed.</summary>
    public int OpenFilesMax { get; init; } = 1000;

    /// <summary>Latest entries of a log of this node that are read and checked whenever the store is opened.</summary>
    public int EntriesCheckedAtStart { get; init; } = 256;

    /// <summary>The same for a log of another node, of which there may be hundreds.</summary>
    public int ForeignEntriesCheckedAtStart { get; init; } = 16;
}
