using RocksDbSharp;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Tests.Storage;
using Xmtp.TestSupport;

namespace Xmtp.Node.Storage.RocksDb.Tests;

public sealed class StoredBytesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("xmtp-store-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task CommitAsync_FrozenLogs_WritesTheFrozenRows()
    {
        await using (var store = RocksDbEnvelopeStore.Open(_directory))
        {
            foreach (var log in StorageVectors.Logs()) await store.AddLogAsync(log.Name, log.Key, log.IsWritable, Token);
            await store.CommitAsync(new LogCommit(StorageVectors.Entries().ToArray(), StorageVectors.Heads().ToArray()), Token);
            await store.FreezeAsync(new Core.Log.LogId(1), "evidence"u8.ToArray(), Token);
        }

        Assert.Equal(FrozenRows("rocksdb-v2.json").Select(static row => row.ToString()), Rows(StoreFormat.Columns).Select(static row => row.ToString()));
    }

    [Fact]
    public async Task Open_FrozenRows_AreReadAsTheFrozenEntries()
    {
        Put("rocksdb-v2.json", StoreFormat.Columns);

        await using var store = RocksDbEnvelopeStore.Open(_directory);
        var logs = await store.RecoverAsync(Token);
        Assert.Equal(StorageVectors.Logs().Select(static log => (log.Name, log.Key, log.IsWritable)), logs.Select(static log => (log.Name, log.Key, log.IsWritable)));
        Assert.Equal([(7UL, false), (4UL, true)], logs.Select(static log => (log.End.Sequence, log.IsFrozen)));
        Assert.Equal("evidence"u8.ToArray(), await store.ReadEvidenceAsync(logs[1].Id, Token));
        foreach (var entry in StorageVectors.Entries().Where(static entry => entry.Visibility == Core.Log.EntryVisibility.Visible))
        {
            Assert.Equal(entry.Place, await store.FindAsync(entry.IndexKey));
            var rows = await store.QueryAsync(Entries.Query(entry.Topic), Token);
            Assert.Contains(rows, row => row.Key == entry.IndexKey.Key && row.Payload.Span.SequenceEqual(entry.Payload!.Value.Span[entry.MessageOffset..]));
        }

        var copy = StorageVectors.Entries().Single(static entry => entry.Visibility == Core.Log.EntryVisibility.Copy);
        Assert.Equal([copy.Place], await store.FindCopiesAsync(copy.IndexKey, Token));
    }

    [Fact]
    public void Open_StoreOfFormat1_IsRefusedAndLeftAsItIs()
    {
        string[] columns = ["default", "header", "payload", "visible", "repeat", "expiry"];
        Put("rocksdb-v1.json", columns);

        var failure = Assert.Throws<Protocol.Errors.XmtpException>(() => RocksDbEnvelopeStore.Open(_directory));

        Assert.Equal(Protocol.Errors.ErrorCatalogue.StoreUnusable, failure.Code);
        Assert.Contains("format 1", failure.Message, StringComparison.Ordinal);
        Assert.Equal(FrozenRows("rocksdb-v1.json").Order().Select(static row => row.ToString()), Rows(columns).Order().Select(static row => row.ToString()));
    }

    private static IEnumerable<(string Column, string Key, string Value)> FrozenRows(string file) =>
        StorageVectors.Load(file).Rows("rows").Select(static row => (row.Text("column"), row.Text("key"), row.Text("value")));

    private void Put(string file, string[] columns)
    {
        using var db = OpenRaw(columns);
        foreach (var (column, key, value) in FrozenRows(file))
            db.Put(Vectors.Hex(key).AsSpan(), Vectors.Hex(value).AsSpan(), db.GetColumnFamily(column));
    }

    private List<(string Column, string Key, string Value)> Rows(string[] columns)
    {
        using var db = OpenRaw(columns);
        var rows = new List<(string, string, string)>();
        foreach (var column in columns)
        {
            using var iterator = db.NewIterator(db.GetColumnFamily(column));
            for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
                rows.Add((column, Vectors.Hex(iterator.Key()), Vectors.Hex(iterator.Value())));
        }

        return rows;
    }

    private RocksDbSharp.RocksDb OpenRaw(string[] names)
    {
        var columns = new ColumnFamilies();
        foreach (var name in names) columns.Add(name, new ColumnFamilyOptions());
        return RocksDbSharp.RocksDb.Open(new DbOptions().SetCreateIfMissing().SetCreateMissingColumnFamilies(), _directory, columns);
    }
}
