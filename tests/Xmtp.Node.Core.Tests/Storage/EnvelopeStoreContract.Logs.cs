using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Storage;

public abstract partial class EnvelopeStoreContract
{
    [Fact]
    public async Task AddLogAsync_Several_AreNumberedFromZeroAndAllComeBack()
    {
        var own = await TestLog.AddAsync(Store);
        var other = await TestLog.AddAsync(Store, isWritable: false, node: 2);
        var again = await TestLog.AddAsync(Store, incarnation: 2);
        await SettleAsync();
        await SettleAsync();

        Assert.Equal([0U, 1U, 2U], new[] { own, other, again }.Select(static log => log.Id.Value));
        Assert.Equal([own.ToStored(), other.ToStored(isWritable: false), again.ToStored()], await Store.RecoverAsync(Token));
        Assert.Equal(3U, (await TestLog.AddAsync(Store, isWritable: false, node: 3)).Id.Value);
    }

    [Fact]
    public async Task AddLogAsync_KnownName_Throws()
    {
        await TestLog.AddAsync(Store);

        await Assert.ThrowsAsync<InvalidOperationException>(() => TestLog.AddAsync(Store));
        Assert.Single(await Store.RecoverAsync(Token));
    }

    [Fact]
    public async Task RecoverAsync_AfterCommits_TellsEndAndHeadOfEachLog()
    {
        var own = await TestLog.AddAsync(Store);
        var other = await TestLog.AddAsync(Store, isWritable: false, node: 2);
        var empty = await TestLog.AddAsync(Store, isWritable: false, node: 3);
        await Store.CommitLogsAsync(own.Append(100, Pending(Envelope("a", 1)), Pending(Envelope("a", 2))), other.Append(70, Pending(Envelope("a", 3))));
        await Store.CommitLogsAsync(own.Append(101, Pending(Envelope("a", 4))));
        await SettleAsync();
        await SettleAsync();

        var logs = await Store.RecoverAsync(Token);

        Assert.Equal([own.End, other.End, default], logs.Select(static log => log.End));
        Assert.Equal((3UL, 101L), (own.End.Sequence, own.End.OriginatorTimeNs));
        Assert.Equal([own.Head!.Bytes.ToArray(), other.Head!.Bytes.ToArray()], logs.Take(2).Select(static log => log.Head!.Bytes.ToArray()));
        Assert.Null(logs[(int)empty.Id.Value].Head);
    }

    [Fact]
    public async Task RecoverAsync_AllPayloadsExpired_IsNoDamage()
    {
        await CommitAsync(10, Pending(Envelope("a", 1, "x"), retentionNs: 5), Pending(Envelope("a", 2, "y"), retentionNs: 5));
        Assert.Equal(2, await Store.RemoveExpiredAsync(15, 10, Token));
        await SettleAsync();
        await SettleAsync();

        Assert.Equal(Own!.End, Assert.Single(await Store.RecoverAsync(Token)).End);
    }

    [Fact]
    public async Task ReadHeadsAsync_ARange_GivesItsHeadsInOrder()
    {
        var own = await TestLog.AddAsync(Store);
        var other = await TestLog.AddAsync(Store, isWritable: false, node: 2);
        for (ulong i = 1; i <= 5; i++) await Store.CommitLogsAsync(own.Append(1, Pending(Envelope("a", 2 * i)), Pending(Envelope("a", 2 * i + 1))), other.Append(1, Pending(Envelope("b", i))));
        await SettleAsync();

        Assert.Equal([2UL, 4, 6, 8, 10], await ReadHeadsAsync(own.Id, 1, ulong.MaxValue));
        Assert.Equal([4UL, 6, 8], await ReadHeadsAsync(own.Id, 3, 9));
        Assert.Equal([4UL, 6], await ReadHeadsAsync(own.Id, 4, 9, countMax: 2));
        Assert.Empty(await ReadHeadsAsync(own.Id, 11, ulong.MaxValue));
        Assert.Equal([1UL, 2], await ReadHeadsAsync(other.Id, 1, 2));
    }

    [Fact]
    public async Task ReadHeadsAsync_SeveralInOneCommit_AreAllKept()
    {
        var own = await TestLog.AddAsync(Store);
        var entries = Enumerable.Range(1, 3).Select(static i => Pending(Envelope("a", (ulong)i))).ToArray();
        var heads = entries.Select(entry => own.Append(1, entry).Heads.Span[0]).ToArray();
        foreach (var entry in entries) entry.Visibility = EntryVisibility.Visible;
        await Store.CommitAsync(new LogCommit(entries, heads), Token);
        await SettleAsync();

        Assert.Equal([1UL, 2, 3], await ReadHeadsAsync(own.Id, 1, ulong.MaxValue));
        Assert.Equal(own.End, Assert.Single(await Store.RecoverAsync(Token)).End);
    }

    [Fact]
    public async Task FreezeAsync_ALog_KeepsTheEvidenceAndTheEntries()
    {
        var own = await TestLog.AddAsync(Store);
        var other = await TestLog.AddAsync(Store, isWritable: false, node: 2);
        await other.CommitAsync(Store, Envelope("a", 1));
        await Store.FreezeAsync(other.Id, "two histories"u8.ToArray(), Token);
        await SettleAsync();
        await SettleAsync();

        Assert.Equal([false, true], (await Store.RecoverAsync(Token)).Select(static log => log.IsFrozen));
        Assert.Equal("two histories"u8.ToArray(), await Store.ReadEvidenceAsync(other.Id, Token));
        Assert.Null(await Store.ReadEvidenceAsync(own.Id, Token));
        Assert.Single(await Store.QueryAsync(Query("a"), Token));
        Assert.Equal(other.End, (await Store.RecoverAsync(Token))[1].End);
    }

    [Fact]
    public async Task RepairAsync_AnEntry_PutsItsBytesBackAndLeavesTheIndex()
    {
        var (first, second) = (Pending(Envelope("a", 1, "whole")), Pending(Envelope("a", 2, "gone soon"), retentionNs: 5));
        await CommitAsync(10, first, second);
        await Store.RepairAsync(first.Place, "damaged"u8.ToArray(), "also damaged"u8.ToArray(), Token);
        await SettleAsync();
        Assert.Equal("damaged"u8.ToArray(), (await ReadAsync(default, 1))[0].HeaderBytes.ToArray());

        await Store.RepairAsync(first.Place, first.Header.ToArray(), first.Payload, Token);
        await Store.RepairAsync(second.Place, second.Header.ToArray(), null, Token);
        await SettleAsync();

        var entries = await ReadAsync(default, 1);
        Assert.Equal(first.Header.ToArray(), entries[0].HeaderBytes.ToArray());
        Assert.Equal("whole"u8.ToArray(), entries[0].Payload!.Value.ToArray());
        Assert.Null(entries[1].Payload);
        Assert.Equal(second.Place, await Store.FindAsync(second.IndexKey));
        Assert.Equal(Own!.End, Assert.Single(await Store.RecoverAsync(Token)).End);
    }
}
