using Xmtp.Node.Storage.RocksDb.Native;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>How RocksDB is set up, and why.</summary>
internal static class DatabaseOptions
{
    private const int BloomBitsPerKey = 10;
    private const int BlockBytes = 8 << 10;
    private const ulong MetadataBlockBytes = 4 << 10;

    // Numbers of rocksdb/c.h and of the enumerations behind it.
    private const int TolerateCorruptedTailRecords = 0;
    private const int InfoLogLevelWarn = 2;
    private const int NoCompression = 0;
    private const int Lz4Compression = 4;
    private const int TwoLevelIndex = 2;

    /// <summary>The database and all its columns. Disposed of when it is open.</summary>
    public static DatabaseSetup For(RocksDbStoreOptions options)
    {
        var setup = new DatabaseSetup();
        SetDatabase(setup.Options, options);
        var cache = setup.AddCache(options.BlockCacheBytes);
        var table = Table(setup, cache);
        var small = Math.Max(1 << 20, options.MemtableBytes / 8);
        Column(setup, StoreFormat.MetaColumn, table, 1 << 20);
        Column(setup, StoreFormat.LogColumn, table, 1 << 20);
        Column(setup, StoreFormat.EvidenceColumn, table, 1 << 20);
        Column(setup, StoreFormat.HeaderColumn, table, small, Lz4Compression);
        Column(setup, StoreFormat.HeadColumn, table, 2 << 20, Lz4Compression);
        // Ciphertext does not compress. Half the memtable budget: most bytes are here.
        Column(setup, StoreFormat.PayloadColumn, table, options.MemtableBytes / 2, NoCompression);
        Index(setup, StoreFormat.VisibleColumn, cache, small, StoreFormat.TopicLength);
        Index(setup, StoreFormat.CopyColumn, cache, 1 << 20, StoreFormat.VisibleKeyLength);
        Column(setup, StoreFormat.ExpiryColumn, table, 1 << 20, Lz4Compression);
        return setup;
    }

    private static void SetDatabase(nint database, RocksDbStoreOptions options)
    {
        RocksDbApi.rocksdb_options_set_create_if_missing(database, 1);
        RocksDbApi.rocksdb_options_set_create_missing_column_families(database, 1);
        RocksDbApi.rocksdb_options_set_paranoid_checks(database, 1);
        // A record cut short at the end of the log was never acknowledged and is dropped. Damage anywhere else stops the start:
        // the default would silently forget all that was acknowledged after it, and give its numbers away again.
        RocksDbApi.rocksdb_options_set_wal_recovery_mode(database, TolerateCorruptedTailRecords);
        RocksDbApi.rocksdb_options_set_max_total_wal_size(database, (ulong)options.WalBytesMax);
        RocksDbApi.rocksdb_options_set_db_write_buffer_size(database, (nuint)options.MemtableBytes);
        RocksDbApi.rocksdb_options_set_max_open_files(database, options.OpenFilesMax);
        // Writes sorted files back little by little, so that a flush does not delay the log's fsync.
        RocksDbApi.rocksdb_options_set_bytes_per_sync(database, 1 << 20);
        RocksDbApi.rocksdb_options_set_max_log_file_size(database, 4 << 20);
        RocksDbApi.rocksdb_options_set_keep_log_file_num(database, 4);
        RocksDbApi.rocksdb_options_set_info_log_level(database, InfoLogLevelWarn);
        RocksDbApi.rocksdb_options_set_stats_dump_period_sec(database, 0);
        RocksDbApi.rocksdb_options_set_max_background_jobs(database, options.BackgroundJobs);
        // Notes every synced log file in the manifest: one that is missing or short stops the start instead of losing data.
        RocksDbApi.rocksdb_options_set_track_and_verify_wals_in_manifest(database, 1);
    }

    private static void Index(DatabaseSetup setup, string name, nint cache, long memtableBytes, int prefixLength)
    {
        // Filters over prefixes answer most look-ups of clients, which are for peers that are not on the network; filters over whole
        // keys nearly every look-up of a publish, which is for an envelope that is new.
        var table = Table(setup, cache);
        RocksDbApi.rocksdb_block_based_options_set_whole_key_filtering(table, 1);
        var column = Column(setup, name, table, memtableBytes, Lz4Compression);
        RocksDbApi.rocksdb_options_set_prefix_extractor(column, RocksDbApi.rocksdb_slicetransform_create_fixed_prefix((nuint)prefixLength));
        RocksDbApi.rocksdb_options_set_memtable_prefix_bloom_size_ratio(column, 0.1);
        RocksDbApi.rocksdb_options_set_memtable_whole_key_filtering(column, 1);
    }

    private static nint Column(DatabaseSetup setup, string name, nint table, long memtableBytes, int? compression = null)
    {
        var column = setup.AddColumn(name);
        RocksDbApi.rocksdb_options_set_block_based_table_factory(column, table);
        RocksDbApi.rocksdb_options_set_write_buffer_size(column, (nuint)memtableBytes);
        RocksDbApi.rocksdb_options_set_max_write_buffer_number(column, 3);
        RocksDbApi.rocksdb_options_set_level_compaction_dynamic_level_bytes(column, 1);
        if (compression is { } kind) RocksDbApi.rocksdb_options_set_compression(column, kind);
        return column;
    }

    private static nint Table(DatabaseSetup setup, nint cache)
    {
        var table = setup.AddTable();
        RocksDbApi.rocksdb_block_based_options_set_block_cache(table, cache);
        RocksDbApi.rocksdb_block_based_options_set_block_size(table, BlockBytes);
        RocksDbApi.rocksdb_block_based_options_set_filter_policy(table, RocksDbApi.rocksdb_filterpolicy_create_bloom_full(BloomBitsPerKey));
        // In the cache, so that memory stays bounded however large the store grows.
        RocksDbApi.rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1);
        RocksDbApi.rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache(table, 1);
        RocksDbApi.rocksdb_block_based_options_set_index_type(table, TwoLevelIndex);
        RocksDbApi.rocksdb_block_based_options_set_format_version(table, 5);
        // In pieces: the cache is divided into shards of half a megabyte, which the whole filter of a large file does not
        // fit into. It would be read from disk and checked for every look-up, and every publish is one.
        RocksDbApi.rocksdb_block_based_options_set_partition_filters(table, 1);
        RocksDbApi.rocksdb_block_based_options_set_metadata_block_size(table, MetadataBlockBytes);
        RocksDbApi.rocksdb_block_based_options_set_pin_top_level_index_and_filter(table, 1);
        return table;
    }
}
