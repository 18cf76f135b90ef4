using RocksDbSharp;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Tests.Storage;
using Xmtp.Protocol.Errors;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Storage.RocksDb.Tests;

/// <summary>What a start makes of damage at the end of a log: this node's stops it, another node's goes back to what is sound.</summary>
public sealed class RecoveryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("xmtp-store-").FullName;

    public enum Damage
    {
        PayloadChanged,
        PayloadLost,
        PayloadLonger,
        HeaderChanged,
        HeaderUnreadable,
        HeaderLost,
        HeadLost,
        HeadChanged,
        HeadOfAnotherLog,
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Damage> Damages { get; } = new(Enum.GetValues<Damage>());

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task RecoverAsync_EndOfTheOwnLogDamaged_IsRefused(Damage damage)
    {
        await using (var store = RocksDbEnvelopeStore.Open(_directory)) await FillAsync(store, isWritable: true);
        Do(damage, sequence: 9);

        await using var damaged = RocksDbEnvelopeStore.Open(_directory);
        var failure = await Assert.ThrowsAsync<XmtpException>(() => damaged.RecoverAsync(Token).AsTask());

        Assert.Equal(ErrorCatalogue.StoreUnusable, failure.Code);
        Assert.Contains("of this node's log", failure.Message, StringComparison.Ordinal);
        Assert.Contains("backup", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task RecoverAsync_EndOfAnotherNodesLogDamaged_GoesBackToTheLastSoundHeadAndCanGoOn(Damage damage)
    {
        TestLog log;
        await using (var store = RocksDbEnvelopeStore.Open(_directory)) log = await FillAsync(store, isWritable: false);
        Do(damage, sequence: 9);

        await using (var damaged = RocksDbEnvelopeStore.Open(_directory))
        {
            Assert.Equal(6UL, (await damaged.RecoverAsync(Token))[1].End.Sequence);
            await AssertHoldsAsync(damaged, log.Id, 6);
        }

        await using var again = RocksDbEnvelopeStore.Open(_directory);
        var stored = (await again.RecoverAsync(Token))[1];
        Assert.Equal((6UL, 6UL), (stored.End.Sequence, stored.Head!.Sequence));
        var repeated = new TestLog(log.Key, log.Name.Incarnation);
        for (ulong i = 1; i <= 3; i++) repeated.Append(1, Three(i));
        await again.CommitLogsAsync(Refetched(log, 3));
        Assert.Equal(repeated.End, (await again.RecoverAsync(Token))[1].End);
        await AssertHoldsAsync(again, log.Id, 9);
    }

    [Fact]
    public async Task RecoverAsync_AnotherNodesLogDamagedBelowItsLastHeads_GoesBelowTheDamage()
    {
        TestLog log;
        await using (var store = RocksDbEnvelopeStore.Open(_directory)) log = await FillAsync(store, isWritable: false);
        Do(Damage.PayloadChanged, sequence: 5);

        await using var damaged = RocksDbEnvelopeStore.Open(_directory);
        Assert.Equal(3UL, (await damaged.RecoverAsync(Token))[1].End.Sequence);
        await AssertHoldsAsync(damaged, log.Id, 3);
    }

    [Fact]
    public async Task RecoverAsync_AnotherNodesLogWithoutASoundHead_IsEmpty()
    {
        TestLog log;
        await using (var store = RocksDbEnvelopeStore.Open(_directory)) log = await FillAsync(store, isWritable: false);
        for (ulong i = 3; i <= 9; i += 3) Do(Damage.HeadLost, sequence: i);

        await using var damaged = RocksDbEnvelopeStore.Open(_directory);
        var stored = (await damaged.RecoverAsync(Token))[1];
        Assert.Equal(default, stored.End);
        Assert.Null(stored.Head);
        await AssertHoldsAsync(damaged, log.Id, 0);
    }

    [Fact]
    public async Task RecoverAsync_ShownCopyIsCutOff_ShowsTheOther()
    {
        await using (var store = RocksDbEnvelopeStore.Open(_directory))
        {
            var own = await TestLog.AddAsync(store);
            var other = await TestLog.AddAsync(store, isWritable: false, node: 2);
            await other.CommitAsync(store, Envelope("a", 1, "m"));
            await own.CommitAsync(store, Envelope("a", 1, "m"));
        }

        Do(Damage.PayloadLost, sequence: 1);

        await using var damaged = RocksDbEnvelopeStore.Open(_directory);
        await damaged.RecoverAsync(Token);
        Assert.Equal(new EntryPlace(new LogId(0), 1), await damaged.FindAsync(IndexKey(Envelope("a", 1, "m"))));
        Assert.Empty(await damaged.FindCopiesAsync(IndexKey(Envelope("a", 1, "m")), Token));
        Assert.Single(await damaged.QueryAsync(Query("a"), Token));
    }

    [Fact]
    public async Task RecoverAsync_DamageFurtherBackThanIsChecked_DoesNotStopTheStart()
    {
        var options = new RocksDbStoreOptions { EntriesCheckedAtStart = 4 };
        await using (var store = RocksDbEnvelopeStore.Open(_directory)) await FillAsync(store, isWritable: true);
        Do(Damage.PayloadChanged, sequence: 5);

        await using (var four = RocksDbEnvelopeStore.Open(_directory, options)) Assert.Equal(9UL, (await four.RecoverAsync(Token))[1].End.Sequence);
        await using var five = RocksDbEnvelopeStore.Open(_directory, options with { EntriesCheckedAtStart = 5 });
        await Assert.ThrowsAsync<XmtpException>(() => five.RecoverAsync(Token).AsTask());
    }

    [Fact]
    public async Task RecoverAsync_RowOfALogLost_IsRefused()
    {
        await using (var store = RocksDbEnvelopeStore.Open(_directory)) await FillAsync(store, isWritable: false);
        var key = new byte[StoreFormat.LogKeyLength];
        using (var db = OpenRaw()) db.Remove(key, db.GetColumnFamily(StoreFormat.LogColumn));

        await using var damaged = RocksDbEnvelopeStore.Open(_directory);
        var failure = await Assert.ThrowsAsync<XmtpException>(() => damaged.RecoverAsync(Token).AsTask());
        Assert.Contains("log 0 is missing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QueryAsync_PayloadOfAShownEntryLost_FailsInsteadOfTryingForEver()
    {
        await using (var store = RocksDbEnvelopeStore.Open(_directory)) await FillAsync(store, isWritable: true);
        Do(Damage.PayloadLost, sequence: 5);

        await using var damaged = RocksDbEnvelopeStore.Open(_directory);
        await Assert.ThrowsAsync<InvalidDataException>(() => damaged.QueryAsync(Query("t5"), Token).AsTask());
        Assert.Single(await damaged.QueryAsync(Query("t6"), Token));
    }

    /// <summary>Another log first, then one of nine entries in three commits.</summary>
    private static async Task<TestLog> FillAsync(RocksDbEnvelopeStore store, bool isWritable)
    {
        var first = await TestLog.AddAsync(store, isWritable: false, node: 9);
        await first.CommitAsync(store, Envelope("first", 1));
        var log = await TestLog.AddAsync(store, isWritable, node: 2);
        for (ulong i = 1; i <= 3; i++) await log.CommitAsync(store, 1, Three(i));
        return log;
    }

    private static PendingEntry[] Three(ulong commit) =>
        [.. Enumerable.Range((int)commit * 3 - 2, 3).Select(static i => Pending(Envelope("t" + i, (ulong)i, "message " + i), retentionNs: 1_000_000))];

    /// <summary>A commit of the log as its originator made it.</summary>
    private static LogCommit Refetched(TestLog log, ulong commit)
    {
        var original = new TestLog(log.Key, log.Name.Incarnation) { Id = log.Id };
        for (ulong i = 1; i < commit; i++) original.Append(1, Three(i));
        return original.Append(1, Three(commit));
    }

    private static async Task AssertHoldsAsync(RocksDbEnvelopeStore store, LogId log, int count)
    {
        var entries = new List<LoggedEntry>();
        await store.ReadAsync(log, 1, entries, 100, long.MaxValue, Token);
        Assert.Equal(count, entries.Count);
        Assert.DoesNotContain(entries, static entry => entry.Payload is null);
        for (var i = 1; i <= 9; i++) Assert.Equal(i <= count ? 1 : 0, (await store.QueryAsync(Query("t" + i), Token)).Count);
        var heads = new List<SignedHead>();
        await store.ReadHeadsAsync(log, 1, ulong.MaxValue, heads, 100, Token);
        Assert.Equal(Enumerable.Range(1, count / 3).Select(static i => (ulong)i * 3), heads.Select(static head => head.Sequence));
    }

    private void Do(Damage damage, ulong sequence)
    {
        var key = new byte[StoreFormat.PlaceLength];
        EntryHeaderFormat.WriteKey(key, new EntryPlace(new LogId(1), sequence));
        var other = new byte[StoreFormat.PlaceLength];
        EntryHeaderFormat.WriteKey(other, new EntryPlace(default, 1));
        using var db = OpenRaw();
        var (header, head, payload) = (db.GetColumnFamily(StoreFormat.HeaderColumn), db.GetColumnFamily(StoreFormat.HeadColumn), db.GetColumnFamily(StoreFormat.PayloadColumn));
        switch (damage)
        {
            case Damage.PayloadChanged: Flip(db, key, payload, 0); break;
            case Damage.PayloadLost: LosePayloadForGood(db, key, header, payload); break;
            case Damage.PayloadLonger: db.Put(key, (byte[])[.. db.Get(key, payload), 0], payload); break;
            case Damage.HeaderChanged: Flip(db, key, header, 110); break;
            case Damage.HeaderUnreadable: db.Put(key, "?"u8.ToArray(), header); break;
            case Damage.HeaderLost: db.Remove(key, header); break;
            case Damage.HeadLost: db.Remove(key, head); break;
            case Damage.HeadChanged: Flip(db, key, head, 156); break;
            default: db.Put(key, db.Get(other, head), head); break;
        }
    }

    private static void Flip(RocksDbSharp.RocksDb db, byte[] key, ColumnFamilyHandle column, int index)
    {
        var value = db.Get(key, column);
        value[index] ^= 1;
        db.Put(key, value, column);
    }

    /// <summary>What never expires cannot be without its payload; what may expire can.</summary>
    private static void LosePayloadForGood(RocksDbSharp.RocksDb db, byte[] key, ColumnFamilyHandle header, ColumnFamilyHandle payload)
    {
        var value = db.Get(key, header);
        value.AsSpan(94, 8).Clear();
        db.Put(key, value, header);
        db.Remove(key, payload);
    }

    private RocksDbSharp.RocksDb OpenRaw()
    {
        var columns = new ColumnFamilies();
        foreach (var column in StoreFormat.Columns) columns.Add(column, new ColumnFamilyOptions());
        return RocksDbSharp.RocksDb.Open(new DbOptions().SetCreateIfMissing().SetCreateMissingColumnFamilies(), _directory, columns);
    }
}
