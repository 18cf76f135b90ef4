using RocksDbSharp;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>How RocksDB is set up, and why.</summary>
internal static class DatabaseOptions
{
    private const int BloomBitsPerKey = 10;
    private const ulong BlockBytes = 8 << 10;
    private const ulong MetadataBlockBytes = 4 << 10;

    public static DbOptions ForDatabase(RocksDbStoreOptions options)
    {
        var database = new DbOptions()
            .SetCreateIfMissing(true)
            .SetCreateMissingColumnFamilies(true)
            .SetParanoidChecks(true)
            // A record cut short at the end of the log was never acknowledged and is dropped. Damage anywhere else stops the start:
            // the default would silently forget all that was acknowledged after it, and give its numbers away again.
            .SetWalRecoveryMode(Recovery.TolerateCorruptedTailRecords)
            .SetMaxTotalWalSize((ulong)options.WalBytesMax)
            .SetDbWriteBufferSize((ulong)options.MemtableBytes)
            .SetMaxOpenFiles(options.OpenFilesMax)
            // Writes sorted files back little by little, so that a flush does not delay the log's fsync.
            .SetBytesPerSync(1 << 20)
            .SetMaxLogFileSize(4 << 20)
            .SetKeepLogFileNum(4)
            .SetInfoLogLevel(InfoLogLevel.Warn)
            .SetStatsDumpPeriodSec(0);
        Native.Instance.rocksdb_options_set_max_background_jobs(database.Handle, options.BackgroundJobs);
        // Notes every synced log file in the manifest: one that is missing or short stops the start instead of losing data.
        Native.Instance.rocksdb_options_set_track_and_verify_wals_in_manifest(database.Handle, 1);
        return database;
    }

    public static ColumnFamilies ForColumns(RocksDbStoreOptions options)
    {
        var cache = Cache.CreateLru((ulong)options.BlockCacheBytes);
        var table = Table(cache);
        var small = Math.Max(1UL << 20, (ulong)options.MemtableBytes / 8);
        return new ColumnFamilies(Column(table, 1 << 20))
        {
            { StoreFormat.LogColumn, Column(table, 1 << 20) },
            { StoreFormat.EvidenceColumn, Column(table, 1 << 20) },
            { StoreFormat.HeaderColumn, Column(table, small).SetCompression(Compression.Lz4) },
            { StoreFormat.HeadColumn, Column(table, 2 << 20).SetCompression(Compression.Lz4) },
            // Ciphertext does not compress. Half the memtable budget: most bytes are here.
            { StoreFormat.PayloadColumn, Column(table, (ulong)options.MemtableBytes / 2).SetCompression(Compression.No) },
            { StoreFormat.VisibleColumn, Index(cache, small, StoreFormat.TopicLength) },
            { StoreFormat.CopyColumn, Index(cache, 1 << 20, StoreFormat.VisibleKeyLength) },
            { StoreFormat.ExpiryColumn, Column(table, 1 << 20).SetCompression(Compression.Lz4) },
        };
    }

    private static ColumnFamilyOptions Index(Cache cache, ulong memtableBytes, int prefixLength)
    {
        // Filters over prefixes answer most look-ups of clients, which are for peers that are not on the network; filters over whole
        // keys nearly every look-up of a publish, which is for an envelope that is new.
        var column = Column(Table(cache).SetWholeKeyFiltering(true), memtableBytes)
            .SetCompression(Compression.Lz4)
            .SetPrefixExtractor(SliceTransform.CreateFixedPrefix((ulong)prefixLength))
            .SetMemtablePrefixBloomSizeRatio(0.1);
        Native.Instance.rocksdb_options_set_memtable_whole_key_filtering(column.Handle, 1);
        return column;
    }

    private static ColumnFamilyOptions Column(BlockBasedTableOptions table, ulong memtableBytes) => new ColumnFamilyOptions()
        .SetBlockBasedTableFactory(table)
        .SetWriteBufferSize(memtableBytes)
        .SetMaxWriteBufferNumber(3)
        .SetLevelCompactionDynamicLevelBytes(true);

    private static BlockBasedTableOptions Table(Cache cache)
    {
        var table = new BlockBasedTableOptions()
            .SetBlockCache(cache)
            .SetBlockSize(BlockBytes)
            .SetFilterPolicy(BloomFilterPolicy.Create(BloomBitsPerKey, false))
            // In the cache, so that memory stays bounded however large the store grows.
            .SetCacheIndexAndFilterBlocks(true)
            .SetPinL0FilterAndIndexBlocksInCache(true)
            .SetIndexType(BlockBasedTableIndexType.TwoLevelIndex)
            .SetFormatVersion(5);
        // In pieces: the cache is divided into shards of half a megabyte, which the whole filter of a large file does not
        // fit into. It would be read from disk and checked for every look-up, and every publish is one.
        Native.Instance.rocksdb_block_based_options_set_partition_filters(table.Handle, 1);
        Native.Instance.rocksdb_block_based_options_set_metadata_block_size(table.Handle, MetadataBlockBytes);
        Native.Instance.rocksdb_block_based_options_set_pin_top_level_index_and_filter(table.Handle, 1);
        return table;
    }
}
