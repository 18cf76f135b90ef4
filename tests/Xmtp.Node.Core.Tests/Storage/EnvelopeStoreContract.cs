using Google.Protobuf;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Storage;

/// <summary>What every store must do. A store's tests inherit this and say how to open one.</summary>
public abstract partial class EnvelopeStoreContract : IAsyncDisposable
{
    private IEnvelopeStore? _store;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The store under test, empty at first.</summary>
    protected IEnvelopeStore Store => _store ??= Open();

    protected abstract IEnvelopeStore Open();

    /// <summary>Moves data to where it ends up in the long run (files, levels), if the store has such a thing.</summary>
    protected virtual ValueTask SettleAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task ReplaceStoreAsync()
    {
        await Store.DisposeAsync();
        _store = Open();
    }

    /// <summary>The log that tests write unless they say otherwise.</summary>
    private TestLog? Own { get; set; }

    [Fact]
    public async Task EveryRead_EmptyStore_FindsNothing()
    {
        Assert.Empty(await Store.RecoverAsync(Token));
        Assert.Empty(await Store.QueryAsync(Query("a", ""), Token));
        Assert.Empty(await ReadAsync(default, 1));
        Assert.Equal(0, await Store.RemoveExpiredAsync(long.MaxValue, 10, Token));
        Assert.Equal(0, Store.EstimateEnvelopeCount());
        Assert.True((await Store.FindAsync(IndexKey(Envelope("a", 1)))).IsNone);
        Assert.Empty(await Store.FindCopiesAsync(IndexKey(Envelope("a", 1)), Token));
        Assert.Empty(await ReadTopicAsync("a", EnvelopeKey.Min));
        Assert.Empty(await ReadHeadsAsync(default, 1, ulong.MaxValue));
        Assert.Null(await Store.ReadEvidenceAsync(default, Token));
    }

    [Fact]
    public async Task FindAsync_KnownAndUnknownKeys_GivesTheirPlaces()
    {
        var (first, second, unknown) = (Pending(Envelope("a", 1)), Pending(Envelope("a", 2)), Pending(Envelope("a", 3)));
        await CommitAsync(1, first, second);
        await SettleAsync();

        var places = new EntryPlace[4];
        await Store.FindAsync(new[] { second.IndexKey, unknown.IndexKey, first.IndexKey, second.IndexKey }, places, Token);

        Assert.Equal([second.Place, default, first.Place, second.Place], places);
    }

    [Fact]
    public async Task ReadAsync_FromAnyNumber_GivesContiguousEntriesOfThatLog()
    {
        for (ulong i = 1; i <= 5; i++) await CommitAsync((long)i, Pending(Envelope("topic" + i, i, "message" + i)));
        var other = await TestLog.AddAsync(Store, isWritable: false, node: 2);
        await other.CommitAsync(Store, 9, Pending(Envelope("other", 1)));
        await SettleAsync();

        var entries = await ReadAsync(Own!.Id, 2, countMax: 3);

        Assert.Equal([2UL, 3, 4], entries.Select(static entry => entry.Place.Sequence));
        var header = entries[0].ReadHeader();
        Assert.Equal((Own.Name, 2UL, "topic2"), (header.Log, header.Sequence, header.Topic));
        Assert.Equal(EntryKind.ClassicEnvelope, header.Kind);
        Assert.Equal((2UL, 2L, 0L, 8), (header.SenderTimeNs, header.OriginatorTimeNs, header.ExpiryNs, header.PayloadLength));
        Assert.Equal("message2"u8.ToArray(), entries[0].Payload!.Value.ToArray());
        Assert.Equal([4UL, 5], (await ReadAsync(Own.Id, 4)).Select(static entry => entry.Place.Sequence));
        Assert.Empty(await ReadAsync(Own.Id, 6));
        Assert.Single(await ReadAsync(other.Id, 1));
    }

    [Fact]
    public async Task ReadAsync_BytesMax_StopsAfterTheEntryThatExceedsIt()
    {
        await CommitAsync(Envelope("a", 1, "12345"), Envelope("a", 2, "12345"), Envelope("a", 3, "12345"));

        Assert.Equal(2, (await ReadAsync(default, 1, bytesMax: 5)).Count);
        Assert.Single(await ReadAsync(default, 1, bytesMax: 4));
    }

    [Fact]
    public async Task CommitAsync_EmptyAndLargestMessage_ComeBackUnchanged()
    {
        var largest = new SeededRandom(1).Bytes(Protocol.Limits.MessageLengthMaxBytes);
        await CommitAsync(Envelope("empty", 1), new Envelope { ContentTopic = "largest", TimestampNs = 2, Message = ByteString.CopyFrom(largest) });
        await SettleAsync();

        Assert.Equal(0, Assert.Single(await Store.QueryAsync(Query("empty"), Token)).Payload.Length);
        var stored = Assert.Single(await Store.QueryAsync(Query("largest"), Token)).Payload;
        Assert.True(stored.Span.SequenceEqual(largest));
        var entries = await ReadAsync(default, 1);
        Assert.Equal(0, entries[0].Payload!.Value.Length);
        Assert.Equal(largest.Length, entries[1].Payload!.Value.Length);
    }

    [Fact]
    public async Task QueryAsync_TopicsThatShareAPrefix_AreKeptApart()
    {
        string[] topics = ["", "a", "a\0", "ab", "A", "é", "e\u0301", new('x', 300)];
        foreach (var topic in topics) await CommitAsync(Envelope(topic, 5, topic));
        await SettleAsync();

        foreach (var topic in topics)
            Assert.Equal(topic, Assert.Single(await Store.QueryAsync(Query(topic), Token)).Topic);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task QueryAsync_Bounds_AreInclusiveInBothDirections(bool descending)
    {
        await CommitAsync([.. Enumerable.Range(0, 10).Select(static i => Envelope("a", (ulong)i))]);
        await SettleAsync();
        var query = new EnvelopeQuery(["a"], new EnvelopeKey(3, default), new EnvelopeKey(6, Hash256.Max), descending, 100);

        var times = (await Store.QueryAsync(query, Token)).Select(static row => row.Key.SenderTimeNs);

        Assert.Equal(descending ? [6UL, 5, 4, 3] : [3UL, 4, 5, 6], times);
        var exact = NaiveStore.Key(Envelope("a", 4));
        Assert.Equal(exact, Assert.Single(await Store.QueryAsync(query with { First = exact, Last = exact }, Token)).Key);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task QueryAsync_RowsThatTieAtTheEndOfThePage_AllCome(bool descending)
    {
        // Topic and message of all three join to "abc": one digest.
        await CommitAsync(Envelope("ab", 5, "c"), Envelope("a", 5, "bc"), Envelope("abc", 5), Envelope("a", 1), Envelope("a", 9));
        await SettleAsync();
        var query = Query("abc", "a", "ab") with { Descending = descending, Limit = 2 };

        var rows = await Store.QueryAsync(query, Token);

        Assert.Equal(descending ? ["a", "abc", "ab", "a"] : ["a", "a", "ab", "abc"], rows.Select(static row => row.Topic));
        Assert.Equal([descending ? 9UL : 1, 5, 5, 5], rows.Select(static row => row.Key.SenderTimeNs));
    }

    [Fact]
    public async Task QueryAsync_MoreBytesThanAllowed_IsRefused()
    {
        await CommitAsync(Envelope("a", 1, "12345"), Envelope("a", 2, "12345"));

        Assert.Equal(2, (await Store.QueryAsync(Query("a") with { BytesMax = 10 }, Token)).Count);
        var failure = await Assert.ThrowsAsync<XmtpException>(() => Store.QueryAsync(Query("a") with { BytesMax = 9 }, Token).AsTask());
        Assert.Equal(ErrorCatalogue.ResponseTooLarge, failure.Code);
    }

    [Fact]
    public async Task RemoveExpiredAsync_SomeExpired_RemovesTheOldestFirstDownToTheLast()
    {
        await CommitAsync(10, [.. Enumerable.Range(0, 7).Select(static i => Pending(Envelope("a", (ulong)i, "x"), retentionNs: 70 - i * 10))]);
        await CommitAsync(10, Pending(Envelope("a", 100, "for ever")));
        await SettleAsync();

        // Expiries are 80, 70, … 20: at 60 five are due.
        Assert.Equal(2, await Store.RemoveExpiredAsync(60, 2, Token));
        await AssertTimesAsync(0UL, 1, 2, 3, 4, 100);
        Assert.Equal(2, await Store.RemoveExpiredAsync(60, 2, Token));
        Assert.Equal(1, await Store.RemoveExpiredAsync(60, 2, Token));
        Assert.Equal(0, await Store.RemoveExpiredAsync(60, 2, Token));
        await AssertTimesAsync(0UL, 1, 100);
        Assert.Equal(0, await Store.RemoveExpiredAsync(69, 2, Token));
        Assert.Equal(1, await Store.RemoveExpiredAsync(70, 2, Token));
    }

    [Fact]
    public async Task RemoveExpiredAsync_Expired_KeepsTheHeaderAndForgetsTheKey()
    {
        var entry = Pending(Envelope("a", 1, "gone soon"), retentionNs: 5);
        await CommitAsync(10, entry);
        await CommitAsync(11, Pending(Envelope("a", 2)));
        Assert.Equal(1, await Store.RemoveExpiredAsync(15, 10, Token));
        await SettleAsync();

        var entries = await ReadAsync(default, 1);
        Assert.Equal(2, entries.Count);
        Assert.Null(entries[0].Payload);
        var header = entries[0].ReadHeader();
        Assert.Equal(("a", 9, 15L), (header.Topic, header.PayloadLength, header.ExpiryNs));
        Assert.NotNull(entries[1].Payload);
        await AssertTimesAsync(2UL);
        Assert.True((await Store.FindAsync(entry.IndexKey)).IsNone);
        Assert.Equal(2UL, Assert.Single(await Store.RecoverAsync(Token)).End.Sequence);
    }

    [Fact]
    public async Task RemoveExpiredAsync_PublishedAgainAfterwards_IsStoredAgain()
    {
        await CommitAsync(10, Pending(Envelope("a", 1, "again"), retentionNs: 5));
        Assert.Equal(1, await Store.RemoveExpiredAsync(20, 10, Token));
        await CommitAsync(20, Pending(Envelope("a", 1, "again"), retentionNs: 5));

        await AssertTimesAsync(1UL);
        Assert.Equal(0, await Store.RemoveExpiredAsync(24, 10, Token));
        Assert.Equal(1, await Store.RemoveExpiredAsync(25, 10, Token));
        await AssertTimesAsync();
    }

    [Fact]
    public async Task RemoveExpiredAsync_EntryThatExpiresEarlierComesLater_IsFound()
    {
        await CommitAsync(100, Pending(Envelope("a", 1), retentionNs: 100));
        Assert.Equal(0, await Store.RemoveExpiredAsync(150, 10, Token));
        await CommitAsync(100, Pending(Envelope("a", 2), retentionNs: 10));

        Assert.Equal(1, await Store.RemoveExpiredAsync(150, 10, Token));
        await AssertTimesAsync(1UL);
    }

    [Fact]
    public async Task EveryCall_Cancelled_Throws()
    {
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.QueryAsync(Query("a"), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.FindAsync(default, default, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.RecoverAsync(cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.RemoveExpiredAsync(0, 1, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.ReadAsync(default, 1, [], 1, 1, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.CommitAsync(default(LogCommit), cancelled));
    }

    /// <summary>Commits entries of this node's log.</summary>
    private async Task CommitAsync(long nowNs, params PendingEntry[] entries) =>
        await (Own ??= await TestLog.AddAsync(Store)).CommitAsync(Store, nowNs, entries);

    private Task CommitAsync(params Envelope[] envelopes) => CommitAsync(1, Array.ConvertAll(envelopes, static envelope => Pending(envelope)));

    protected async Task<List<LoggedEntry>> ReadAsync(LogId log, ulong first, int countMax = 100, long bytesMax = long.MaxValue)
    {
        var entries = new List<LoggedEntry>();
        await Store.ReadAsync(log, first, entries, countMax, bytesMax, Token);
        return entries;
    }

    private async Task<List<(EnvelopeKey Key, EntryPlace Place)>> ReadTopicAsync(string topic, EnvelopeKey first, int countMax = 100)
    {
        var rows = new List<(EnvelopeKey, EntryPlace)>();
        await Store.ReadTopicAsync(topic, first, rows, countMax, Token);
        return rows;
    }

    private async Task<List<ulong>> ReadHeadsAsync(LogId log, ulong first, ulong last, int countMax = 100)
    {
        var heads = new List<SignedHead>();
        await Store.ReadHeadsAsync(log, first, last, heads, countMax, Token);
        return [.. heads.Select(static head => head.Sequence)];
    }

    /// <summary>Checks which sender times are left on topic <c>a</c>.</summary>
    private async Task AssertTimesAsync(params ulong[] expected) =>
        Assert.Equal(expected, (await Store.QueryAsync(Query("a"), Token)).Select(static row => row.Key.SenderTimeNs));
}
