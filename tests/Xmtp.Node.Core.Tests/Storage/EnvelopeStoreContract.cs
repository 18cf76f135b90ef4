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

    [Fact]
    public async Task EveryRead_EmptyStore_FindsNothing()
    {
        Assert.Equal(default, await Store.RecoverAsync(default, Token));
        Assert.Empty(await Store.QueryAsync(Query("a", ""), Token));
        Assert.Empty(await ReadAsync(default, 1));
        Assert.Equal(0, await Store.RemoveExpiredAsync(long.MaxValue, 10, Token));
        Assert.Equal(0, Store.EstimateEnvelopeCount());
        var places = new EntryPlace[] { new(new LogId(9), 9) };
        await Store.FindAsync(new Hash256[] { default }, places, Token);
        Assert.True(places[0].IsNone);
    }

    [Fact]
    public async Task RecoverAsync_AfterAppends_TellsTheEndOfEachLog()
    {
        var other = new LogId(1);
        await Store.AppendAsync(default, 100, Pending(Envelope("a", 1)), Pending(Envelope("a", 2)));
        await Store.AppendAsync(other, 70, Pending(Envelope("a", 3)));
        await Store.AppendAsync(default, 101, Pending(Envelope("a", 4)));

        Assert.Equal(new LogEnd(3, 101), await Store.RecoverAsync(default, Token));
        Assert.Equal(new LogEnd(1, 70), await Store.RecoverAsync(other, Token));
        Assert.Equal(default, await Store.RecoverAsync(new LogId(2), Token));
    }

    [Fact]
    public async Task FindAsync_KnownAndUnknownKeys_GivesTheirPlaces()
    {
        var (first, second, unknown) = (Pending(Envelope("a", 1)), Pending(Envelope("a", 2)), Pending(Envelope("a", 3)));
        await Store.AppendAsync(default, 1, first, second);
        await SettleAsync();

        var places = new EntryPlace[4];
        await Store.FindAsync(new[] { second.IdempotencyKey, unknown.IdempotencyKey, first.IdempotencyKey, second.IdempotencyKey }, places, Token);

        Assert.Equal([second.Place, default, first.Place, second.Place], places);
    }

    [Fact]
    public async Task ReadAsync_FromAnyNumber_GivesContiguousEntriesOfThatLog()
    {
        var other = new LogId(1);
        for (ulong i = 1; i <= 5; i++) await Store.AppendAsync(default, (long)i, Pending(Envelope("topic" + i, i, "message" + i)));
        await Store.AppendAsync(other, 9, Pending(Envelope("other", 1)));
        await SettleAsync();

        var entries = await ReadAsync(default, 2, countMax: 3);

        Assert.Equal([2UL, 3, 4], entries.Select(static entry => entry.Header.Place.Sequence));
        var header = entries[0].Header;
        Assert.Equal("topic2", header.Topic);
        Assert.Equal(EntryKind.ClassicEnvelope, header.Kind);
        Assert.Equal((2UL, 2L, 0L, 8), (header.SenderTimeNs, header.OriginatorTimeNs, header.ExpiryNs, header.PayloadLength));
        Assert.Equal("message2"u8.ToArray(), entries[0].Payload!.Value.ToArray());
        Assert.Equal([4UL, 5], (await ReadAsync(default, 4)).Select(static entry => entry.Header.Place.Sequence));
        Assert.Empty(await ReadAsync(default, 6));
        Assert.Single(await ReadAsync(other, 1));
    }

    [Fact]
    public async Task ReadAsync_BytesMax_StopsAfterTheEntryThatExceedsIt()
    {
        await Store.AppendAsync(Envelope("a", 1, "12345"), Envelope("a", 2, "12345"), Envelope("a", 3, "12345"));

        Assert.Equal(2, (await ReadAsync(default, 1, bytesMax: 5)).Count);
        Assert.Single(await ReadAsync(default, 1, bytesMax: 4));
    }

    [Fact]
    public async Task AppendAsync_EmptyAndLargestMessage_ComeBackUnchanged()
    {
        var largest = new SeededRandom(1).Bytes(Protocol.Limits.MessageLengthMaxBytes);
        await Store.AppendAsync(Envelope("empty", 1), new Envelope { ContentTopic = "largest", TimestampNs = 2, Message = ByteString.CopyFrom(largest) });
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
        foreach (var topic in topics) await Store.AppendAsync(Envelope(topic, 5, topic));
        await SettleAsync();

        foreach (var topic in topics)
            Assert.Equal(topic, Assert.Single(await Store.QueryAsync(Query(topic), Token)).Topic);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task QueryAsync_Bounds_AreInclusiveInBothDirections(bool descending)
    {
        await Store.AppendAsync([.. Enumerable.Range(0, 10).Select(static i => Envelope("a", (ulong)i))]);
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
        await Store.AppendAsync(Envelope("ab", 5, "c"), Envelope("a", 5, "bc"), Envelope("abc", 5), Envelope("a", 1), Envelope("a", 9));
        await SettleAsync();
        var query = Query("abc", "a", "ab") with { Descending = descending, Limit = 2 };

        var rows = await Store.QueryAsync(query, Token);

        Assert.Equal(descending ? ["a", "abc", "ab", "a"] : ["a", "a", "ab", "abc"], rows.Select(static row => row.Topic));
        Assert.Equal([descending ? 9UL : 1, 5, 5, 5], rows.Select(static row => row.Key.SenderTimeNs));
    }

    [Fact]
    public async Task QueryAsync_MoreBytesThanAllowed_IsRefused()
    {
        await Store.AppendAsync(Envelope("a", 1, "12345"), Envelope("a", 2, "12345"));

        Assert.Equal(2, (await Store.QueryAsync(Query("a") with { BytesMax = 10 }, Token)).Count);
        var failure = await Assert.ThrowsAsync<XmtpException>(() => Store.QueryAsync(Query("a") with { BytesMax = 9 }, Token).AsTask());
        Assert.Equal(ErrorCatalogue.ResponseTooLarge, failure.Code);
    }

    [Fact]
    public async Task RemoveExpiredAsync_SomeExpired_RemovesTheOldestFirstDownToTheLast()
    {
        await Store.AppendAsync(default, 10, [.. Enumerable.Range(0, 7).Select(static i => Pending(Envelope("a", (ulong)i, "x"), retentionNs: 70 - i * 10))]);
        await Store.AppendAsync(default, 10, Pending(Envelope("a", 100, "for ever")));
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
        await Store.AppendAsync(default, 10, entry);
        await Store.AppendAsync(default, 11, Pending(Envelope("a", 2)));
        Assert.Equal(1, await Store.RemoveExpiredAsync(15, 10, Token));
        await SettleAsync();

        var entries = await ReadAsync(default, 1);
        Assert.Equal(2, entries.Count);
        Assert.Null(entries[0].Payload);
        Assert.Equal(("a", 9, 15L), (entries[0].Header.Topic, entries[0].Header.PayloadLength, entries[0].Header.ExpiryNs));
        Assert.NotNull(entries[1].Payload);
        await AssertTimesAsync(2UL);
        var places = new EntryPlace[1];
        await Store.FindAsync(new[] { entry.IdempotencyKey }, places, Token);
        Assert.True(places[0].IsNone);
        Assert.Equal(2UL, (await Store.RecoverAsync(default, Token)).Sequence);
    }

    [Fact]
    public async Task RemoveExpiredAsync_PublishedAgainAfterwards_IsStoredAgain()
    {
        await Store.AppendAsync(default, 10, Pending(Envelope("a", 1, "again"), retentionNs: 5));
        Assert.Equal(1, await Store.RemoveExpiredAsync(20, 10, Token));
        await Store.AppendAsync(default, 20, Pending(Envelope("a", 1, "again"), retentionNs: 5));

        await AssertTimesAsync(1UL);
        Assert.Equal(0, await Store.RemoveExpiredAsync(24, 10, Token));
        Assert.Equal(1, await Store.RemoveExpiredAsync(25, 10, Token));
        await AssertTimesAsync();
    }

    [Fact]
    public async Task RemoveExpiredAsync_EntryThatExpiresEarlierComesLater_IsFound()
    {
        await Store.AppendAsync(default, 100, Pending(Envelope("a", 1), retentionNs: 100));
        Assert.Equal(0, await Store.RemoveExpiredAsync(150, 10, Token));
        await Store.AppendAsync(default, 100, Pending(Envelope("a", 2), retentionNs: 10));

        Assert.Equal(1, await Store.RemoveExpiredAsync(150, 10, Token));
        await AssertTimesAsync(1UL);
    }

    [Fact]
    public async Task EveryCall_Cancelled_Throws()
    {
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.QueryAsync(Query("a"), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.FindAsync(default, default, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.RecoverAsync(default, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.RemoveExpiredAsync(0, 1, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.ReadAsync(default, 1, [], 1, 1, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.AppendAsync(default, default, cancelled));
    }

    protected async Task<List<LoggedEntry>> ReadAsync(LogId log, ulong first, int countMax = 100, long bytesMax = long.MaxValue)
    {
        var entries = new List<LoggedEntry>();
        await Store.ReadAsync(log, first, entries, countMax, bytesMax, Token);
        return entries;
    }

    /// <summary>Checks which sender times are left on topic <c>a</c>.</summary>
    private async Task AssertTimesAsync(params ulong[] expected) =>
        Assert.Equal(expected, (await Store.QueryAsync(Query("a"), Token)).Select(static row => row.Key.SenderTimeNs));
}
