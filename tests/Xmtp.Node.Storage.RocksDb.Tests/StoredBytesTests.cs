using RocksDbSharp;
using Xmtp.Node.Core.Tests.Storage;
using Xmtp.TestSupport;

namespace Xmtp.Node.Storage.RocksDb.Tests;

public sealed class StoredBytesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("xmtp-store-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task AppendAsync_FrozenEntries_WritesTheFrozenRows()
    {
        await using (var store = RocksDbEnvelopeStore.Open(_directory))
            await store.AppendAsync(default, StorageVectors.Entries(), Token);

        Assert.Equal(FrozenRows().Select(static row => row.ToString()), Rows().Select(static row => row.ToString()));
    }

    [Fact]
    public async Task Open_FrozenRows_AreReadAsTheFrozenEntries()
    {
        using (var db = OpenRaw())
        {
            foreach (var (column, key, value) in FrozenRows())
                db.Put(Vectors.Hex(key).AsSpan(), Vectors.Hex(value).AsSpan(), db.GetColumnFamily(column));
        }

        await using var store = RocksDbEnvelopeStore.Open(_directory);
        Assert.Equal(6UL, (await store.RecoverAsync(default, Token)).Sequence);
        foreach (var entry in StorageVectors.Entries())
        {
            var rows = await store.QueryAsync(Entries.Query(entry.Topic), Token);
            Assert.Contains(rows, row => row.Key.SenderTimeNs == entry.SenderTimeNs && row.Payload.Span.SequenceEqual(entry.Payload.Span));
        }
    }

    private static IEnumerable<(string Column, string Key, string Value)> FrozenRows() =>
        StorageVectors.Load("rocksdb-v1.json").Rows("rows").Select(static row => (row.Text("column"), row.Text("key"), row.Text("value")));

    private List<(string Column, string Key, string Value)> Rows()
    {
        using var db = OpenRaw();
        var rows = new List<(string, string, string)>();
        foreach (var column in StoreFormat.Columns)
        {
            using var iterator = db.NewIterator(db.GetColumnFamily(column));
            for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
                rows.Add((column, Vectors.Hex(iterator.Key()), Vectors.Hex(iterator.Value())));
        }

        return rows;
    }

    private RocksDbSharp.RocksDb OpenRaw()
    {
        var columns = new ColumnFamilies();
        foreach (var column in StoreFormat.Columns) columns.Add(column, new ColumnFamilyOptions());
        return RocksDbSharp.RocksDb.Open(new DbOptions().SetCreateIfMissing().SetCreateMissingColumnFamilies(), _directory, columns);
    }
}
