using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Storage;

public abstract partial class EnvelopeStoreContract
{
    [Fact]
    public async Task FindCopiesAsync_SeveralLogs_GivesThoseThatReadersDoNotSeeByPlace()
    {
        var (own, second, third) = await AddThreeLogsAsync();
        var envelope = Envelope("a", 1, "m");
        await third.CommitAsync(Store, envelope);
        await second.CommitAsync(Store, Envelope("a", 1, "another"), envelope);
        await own.CommitAsync(Store, envelope);
        await SettleAsync();

        Assert.Equal(new EntryPlace(third.Id, 1), await Store.FindAsync(IndexKey(envelope)));
        Assert.Equal([new EntryPlace(own.Id, 1), new EntryPlace(second.Id, 2)], await Store.FindCopiesAsync(IndexKey(envelope), Token));
        Assert.Empty(await Store.FindCopiesAsync(IndexKey(Envelope("a", 1, "another")), Token));
        Assert.Equal(2, (await Store.QueryAsync(Query("a"), Token)).Count);
    }

    [Fact]
    public async Task CommitAsync_CopiesInOneCommit_ShowsTheFirst()
    {
        var (own, second, _) = await AddThreeLogsAsync();
        await Store.CommitLogsAsync(second.Append(1, Pending(Envelope("a", 1))), own.Append(1, Pending(Envelope("a", 1))));
        await SettleAsync();

        Assert.Equal(new EntryPlace(second.Id, 1), await Store.FindAsync(IndexKey(Envelope("a", 1))));
        Assert.Equal([new EntryPlace(own.Id, 1)], await Store.FindCopiesAsync(IndexKey(Envelope("a", 1)), Token));
    }

    [Fact]
    public async Task RemoveExpiredAsync_TheShownCopy_ShowsTheNextThatHasNotExpired()
    {
        var (own, second, third) = await AddThreeLogsAsync();
        var envelope = Envelope("a", 1, "m");
        await own.CommitAsync(Store, 10, Pending(envelope, retentionNs: 10));
        await second.CommitAsync(Store, 10, Pending(envelope, retentionNs: 12));
        await third.CommitAsync(Store, 10, Pending(envelope, retentionNs: 50, token: "token"));
        await SettleAsync();

        // The second copy is due as well, whether this round reaches it or not.
        Assert.Equal(1, await Store.RemoveExpiredAsync(25, 1, Token));
        Assert.Equal(new EntryPlace(third.Id, 1), await Store.FindAsync(IndexKey(envelope)));
        Assert.Equal("m"u8.ToArray(), Assert.Single(await Store.QueryAsync(Query("a"), Token)).Payload.ToArray());
        Assert.Equal(1, await Store.RemoveExpiredAsync(25, 1, Token));
        Assert.Empty(await Store.FindCopiesAsync(IndexKey(envelope), Token));

        Assert.Equal(1, await Store.RemoveExpiredAsync(60, 10, Token));
        Assert.Empty(await Store.QueryAsync(Query("a"), Token));
        Assert.Equal([null, null, null], new[] { own, second, third }.Select(log => ReadAsync(log.Id, 1).Result[0].Payload));
    }

    [Fact]
    public async Task RemoveExpiredAsync_AllCopiesInOneRound_ShowsNone()
    {
        var (own, second, third) = await AddThreeLogsAsync();
        foreach (var log in new[] { second, own, third }) await log.CommitAsync(Store, 10, Pending(Envelope("a", 1), retentionNs: 10 - log.Id.Value));

        Assert.Equal(3, await Store.RemoveExpiredAsync(20, 10, Token));

        Assert.True((await Store.FindAsync(IndexKey(Envelope("a", 1)))).IsNone);
        Assert.Empty(await Store.FindCopiesAsync(IndexKey(Envelope("a", 1)), Token));
        Assert.Empty(await ReadTopicAsync("a", EnvelopeKey.Min));
    }

    [Fact]
    public async Task RemoveExpiredAsync_ACopyThatIsNotShown_LeavesTheShownOne()
    {
        var (own, second, _) = await AddThreeLogsAsync();
        await own.CommitAsync(Store, 10, Pending(Envelope("a", 1, "m")));
        await second.CommitAsync(Store, 10, Pending(Envelope("a", 1, "m"), retentionNs: 5));
        await SettleAsync();

        Assert.Equal(1, await Store.RemoveExpiredAsync(20, 10, Token));

        Assert.Equal(new EntryPlace(own.Id, 1), await Store.FindAsync(IndexKey(Envelope("a", 1, "m"))));
        Assert.Empty(await Store.FindCopiesAsync(IndexKey(Envelope("a", 1, "m")), Token));
        Assert.Single(await Store.QueryAsync(Query("a"), Token));
    }

    [Fact]
    public async Task CommitAsync_HiddenEntry_IsReadInTheLogAndNowhereElse()
    {
        var own = await TestLog.AddAsync(Store);
        var entry = Pending(Envelope("a", 1, "m"), retentionNs: 5);
        await Store.CommitAsync(own.Append(10, entry), Token);
        await SettleAsync();

        Assert.True((await Store.FindAsync(entry.IndexKey)).IsNone);
        Assert.Empty(await Store.QueryAsync(Query("a"), Token));
        Assert.NotNull(Assert.Single(await ReadAsync(own.Id, 1)).Payload);
        Assert.Equal(1, await Store.RemoveExpiredAsync(15, 10, Token));
        Assert.Null(Assert.Single(await ReadAsync(own.Id, 1)).Payload);
    }

    [Fact]
    public async Task QueryAsync_EntryWithAToken_GivesTheMessageAlone()
    {
        await CommitAsync(1, Pending(Envelope("a", 1, "message"), token: "token"), Pending(Envelope("a", 2), token: "token"));
        await SettleAsync();

        Assert.Equal(["message", ""], (await Store.QueryAsync(Query("a"), Token)).Select(static row => System.Text.Encoding.UTF8.GetString(row.Payload.Span)));
        Assert.Equal([0, 5, .. "token"u8, .. "message"u8], (await ReadAsync(default, 1))[0].Payload!.Value.ToArray());
    }

    [Fact]
    public async Task ReadTopicAsync_FromAKeyOn_GivesKeysAndPlacesInOrder()
    {
        await CommitAsync(Envelope("a", 3), Envelope("a", 1), Envelope("b", 2), Envelope("a", 2));
        await SettleAsync();

        var rows = await ReadTopicAsync("a", EnvelopeKey.Min);
        Assert.Equal([1UL, 2, 3], rows.Select(static row => row.Key.SenderTimeNs));
        Assert.Equal([2UL, 4, 1], rows.Select(static row => row.Place.Sequence));
        Assert.Equal(rows[1..], await ReadTopicAsync("a", rows[1].Key));
        Assert.Equal(rows[1..2], await ReadTopicAsync("a", rows[1].Key, countMax: 1));
        Assert.Empty(await ReadTopicAsync("a", EnvelopeKey.Max));
    }

    private async Task<(TestLog Own, TestLog Second, TestLog Third)> AddThreeLogsAsync() =>
        (await TestLog.AddAsync(Store), await TestLog.AddAsync(Store, isWritable: false, node: 2), await TestLog.AddAsync(Store, isWritable: false, node: 3));
}
