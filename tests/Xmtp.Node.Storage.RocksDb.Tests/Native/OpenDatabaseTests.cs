using System.Text;
using RocksDbSharp;
using Xmtp.Node.Storage.RocksDb.Native;
using RocksDbException = Xmtp.Node.Storage.RocksDb.Native.RocksDbException;
using WriteBatch = Xmtp.Node.Storage.RocksDb.Native.WriteBatch;

namespace Xmtp.Node.Storage.RocksDb.Tests.Native;

/// <summary>Our calls of the library, seen with a binding that is not ours.</summary>
public sealed class OpenDatabaseTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"xmtp-binding-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Checkpoint_OpenDatabase_HoldsWhatWasWritten()
    {
        var copy = Path.Combine(_directory, "copy");
        using (var database = Open("original"))
        {
            Write(database, "key", "value");
            database.Checkpoint(copy);
            Write(database, "key", "later");
            Assert.Throws<RocksDbException>(() => database.Checkpoint(copy));
        }

        Assert.DoesNotContain(Directory.GetFiles(copy, "*.log"), static file => new FileInfo(file).Length > 0);
        using var other = RocksDbSharp.RocksDb.Open(new DbOptions(), copy, new ColumnFamilies { { "other", new ColumnFamilyOptions() } });
        Assert.Equal("value", other.Get("key", other.GetColumnFamily("other")));
    }

    [Fact]
    public void Compact_RowsRemoved_LeavesOnlyOthers()
    {
        using var database = Open("compacted");
        Write(database, "a", new string('x', 100_000));
        Write(database, "b", "stays");
        using (var batch = new WriteBatch())
        {
            batch.Delete("a"u8, database["other"]);
            Write(database, batch);
        }

        database.CancelCompaction();
        database.AllowCompaction();
        database.Compact(database["other"]);
        Assert.InRange(database.NumberOf("rocksdb.live-sst-files-size", database["other"]), 1, 50_000);
        Assert.Equal(0, database.NumberOf("rocksdb.no-such-property", database["other"]));
    }

    [Fact]
    public void Open_NoColumnOfThatName_IsToldByTheLibrary()
    {
        Open("columns").Dispose();
        Assert.Equal(["default", "other"], OpenDatabase.ListColumns(Path.Combine(_directory, "columns")));
        using var setup = new DatabaseSetup();
        setup.AddColumn("default");
        Assert.Contains("other", Assert.Throws<RocksDbException>(() => OpenDatabase.Open(Path.Combine(_directory, "columns"), setup)).Message, StringComparison.Ordinal);
        Assert.Throws<RocksDbException>(() => OpenDatabase.ListColumns(Path.Combine(_directory, "nowhere")));
    }

    [Fact]
    public void Handle_Disposed_IsRefused()
    {
        var database = Open("closed");
        database.Dispose();
        database.Dispose();
        Assert.Throws<ObjectDisposedException>(() => database.Checkpoint(Path.Combine(_directory, "late")));
    }

    private OpenDatabase Open(string name)
    {
        Directory.CreateDirectory(_directory);
        using var setup = new DatabaseSetup();
        RocksDbApi.rocksdb_options_set_create_if_missing(setup.Options, 1);
        RocksDbApi.rocksdb_options_set_create_missing_column_families(setup.Options, 1);
        setup.AddColumn("default");
        setup.AddColumn("other");
        return OpenDatabase.Open(Path.Combine(_directory, name), setup);
    }

    private static void Write(OpenDatabase database, string key, string value)
    {
        using var batch = new WriteBatch();
        batch.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), database["other"]);
        Write(database, batch);
    }

    private static void Write(OpenDatabase database, WriteBatch batch)
    {
        using var options = new AccessOptions();
        RocksDbApi.rocksdb_write(database.Handle, options.WriteDurably, batch.Handle, out var error);
        RocksDbException.ThrowIf(error);
    }
}
