using System.Runtime.InteropServices;

namespace Xmtp.Node.Storage.RocksDb.Native;

/// <summary>
/// The functions of RocksDB's C API that the store uses, as <c>rocksdb/c.h</c> declares them. Called directly rather than through a
/// managed wrapper, because those make code at run time, which a program compiled ahead of time cannot.
/// </summary>
internal static unsafe partial class RocksDbApi
{
    /// <summary>The library's name as the loader gets it; <see cref="RocksDbLibrary"/> says where it is.</summary>
    public const string Library = "rocksdb";

    [LibraryImport(Library)]
    public static partial void rocksdb_free(void* memory);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rocksdb_open_column_families(nint options, string path, int count, byte** names, nint* columnOptions, nint* columns, out nint error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rocksdb_open_for_read_only_column_families(
        nint options, string path, int count, byte** names, nint* columnOptions, nint* columns, byte failIfLogExists, out nint error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial byte** rocksdb_list_column_families(nint options, string path, out nuint count, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_list_column_families_destroy(byte** names, nuint count);

    [LibraryImport(Library)]
    public static partial void rocksdb_close(nint database);

    [LibraryImport(Library)]
    public static partial uint rocksdb_column_family_handle_get_id(nint column);

    [LibraryImport(Library)]
    public static partial void rocksdb_column_family_handle_destroy(nint column);

    [LibraryImport(Library)]
    public static partial nint rocksdb_get_pinned_cf(nint database, nint options, nint column, byte* key, nuint keyLength, out nint error);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial byte* rocksdb_pinnableslice_value(nint slice, out nuint length);

    [LibraryImport(Library)]
    public static partial void rocksdb_pinnableslice_destroy(nint slice);

    [LibraryImport(Library)]
    public static partial void rocksdb_put_cf(nint database, nint options, nint column, byte* key, nuint keyLength, byte* value, nuint valueLength, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_write(nint database, nint options, nint batch, out nint error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial byte* rocksdb_property_value_cf(nint database, nint column, string name);

    [LibraryImport(Library)]
    public static partial void rocksdb_flush_cf(nint database, nint options, nint column, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_compact_range_cf(nint database, nint column, byte* first, nuint firstLength, byte* end, nuint endLength);

    [LibraryImport(Library)]
    public static partial void rocksdb_disable_manual_compaction(nint database);

    [LibraryImport(Library)]
    public static partial void rocksdb_enable_manual_compaction(nint database);

    [LibraryImport(Library)]
    public static partial nint rocksdb_checkpoint_object_create(nint database, out nint error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void rocksdb_checkpoint_create(nint checkpoint, string path, ulong logBytesForFlush, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_checkpoint_object_destroy(nint checkpoint);

    [LibraryImport(Library)]
    public static partial nint rocksdb_flushoptions_create();

    [LibraryImport(Library)]
    public static partial void rocksdb_flushoptions_set_wait(nint options, byte value);

    [LibraryImport(Library)]
    public static partial void rocksdb_flushoptions_destroy(nint options);

    [LibraryImport(Library)]
    public static partial nint rocksdb_readoptions_create();

    [LibraryImport(Library)]
    public static partial void rocksdb_readoptions_set_prefix_same_as_start(nint options, byte value);

    [LibraryImport(Library)]
    public static partial void rocksdb_readoptions_set_fill_cache(nint options, byte value);

    [LibraryImport(Library)]
    public static partial void rocksdb_readoptions_destroy(nint options);

    [LibraryImport(Library)]
    public static partial nint rocksdb_writeoptions_create();

    [LibraryImport(Library)]
    public static partial void rocksdb_writeoptions_set_sync(nint options, byte value);

    [LibraryImport(Library)]
    public static partial void rocksdb_writeoptions_destroy(nint options);

    [LibraryImport(Library)]
    public static partial nint rocksdb_writebatch_create();

    [LibraryImport(Library)]
    public static partial nint rocksdb_writebatch_create_from(byte* bytes, nuint length);

    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_put_cf(nint batch, nint column, byte* key, nuint keyLength, byte* value, nuint valueLength);

    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_delete_cf(nint batch, nint column, byte* key, nuint keyLength);

    [LibraryImport(Library)]
    public static partial int rocksdb_writebatch_count(nint batch);

    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_clear(nint batch);

    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_destroy(nint batch);

    [LibraryImport(Library)]
    public static partial nint rocksdb_create_iterator_cf(nint database, nint options, nint column);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial byte rocksdb_iter_valid(nint iterator);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial byte* rocksdb_iter_key(nint iterator, out nuint length);

    // Not so short as the two above: it may have to read the value's block.
    [LibraryImport(Library)]
    public static partial byte* rocksdb_iter_value(nint iterator, out nuint length);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_seek_to_first(nint iterator);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_seek(nint iterator, byte* key, nuint keyLength);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_seek_for_prev(nint iterator, byte* key, nuint keyLength);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_next(nint iterator);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_prev(nint iterator);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_get_error(nint iterator, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_destroy(nint iterator);
}
