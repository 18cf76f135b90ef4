using Google.Protobuf;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.Envelopes;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Queries;

public sealed class QueryTests : IAsyncLifetime
{
    private const string UserPreferences = "/xmtp/0/userpreferences-x/proto";
    private readonly Storage.FaultyStore _store = new();
    private MessageService _service = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _service = await MessageService.OpenAsync(_store, cancellationToken: Token);

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Query_NothingStored_AnswersWithTheEffectiveDirectionAndNoCursor()
    {
        var response = await QueryAsync(Request("a"));

        Assert.Empty(response.Envelopes);
        Assert.Equal(new PagingInfo { Limit = 0, Cursor = null, Direction = SortDirection.Descending }, response.PagingInfo);
        Assert.Equal(SortDirection.Ascending, (await QueryAsync(Request("a", SortDirection.Ascending))).PagingInfo.Direction);
        Assert.Equal(SortDirection.Descending, (await QueryAsync(Request("a", (SortDirection)7))).PagingInfo.Direction);
    }

    [Fact]
    public async Task Query_NoTopics_IsRefused() => await Refused(new QueryRequest(), ErrorCatalogue.TopicsRequired, "content topics required");

    [Fact]
    public async Task Query_OverTheLargestPage_IsRefused()
    {
        const string Text = "cannot exceed 100 rows per query";
        await Refused(Request("a", limit: 101), ErrorCatalogue.PageTooLarge, Text);
        await Refused(Request("a", limit: uint.MaxValue), ErrorCatalogue.PageTooLarge, Text);
        await Refused(Request(UserPreferences, limit: 501), ErrorCatalogue.PageTooLarge, Text);
        var two = Request(UserPreferences, limit: 101);
        two.ContentTopics.Add("a");
        await Refused(two, ErrorCatalogue.PageTooLarge, Text);
    }

    [Theory]
    [InlineData("a", 0, 100, 100)]
    [InlineData("a", 100, 100, 100)]
    [InlineData("a", 7, 7, 7)]
    [InlineData(UserPreferences, 0, 100, 100)]
    [InlineData(UserPreferences, 500, 500, 100)]
    [InlineData(UserPreferences, 101, 101, 100)]
    public async Task Query_FullPage_HasALimitAndACursor(string topic, int limit, int rows, int answeredLimit)
    {
        await PublishAsync([.. Enumerable.Range(0, 520).Select(i => Envelope(topic, (ulong)i))]);

        var response = await QueryAsync(Request(topic, SortDirection.Ascending, (uint)limit));

        Assert.Equal(rows, response.Envelopes.Count);
        Assert.Equal((uint)answeredLimit, response.PagingInfo.Limit);
        Assert.Equal((ulong)rows - 1, response.PagingInfo.Cursor.Index.SenderTimeNs);
        Assert.Equal(EnvelopeDigest.Compute(topic, default), response.PagingInfo.Cursor.Index.Digest.ToByteArray());
    }

    [Fact]
    public async Task Query_PageThatEndsWithTheLastRow_StillHasACursorAndThenAnEmptyPage()
    {
        await PublishAsync(Envelope("a", 1), Envelope("a", 2));
        var request = Request("a", SortDirection.Ascending, 2);
        var response = await QueryAsync(request);
        Assert.Equal(2U, response.PagingInfo.Limit);

        request.PagingInfo.Cursor = response.PagingInfo.Cursor;
        response = await QueryAsync(request);
        Assert.Empty(response.Envelopes);
        Assert.Equal(0U, response.PagingInfo.Limit);
        Assert.Null(response.PagingInfo.Cursor);
    }

    [Fact]
    public async Task Query_TimeBounds_AreInclusiveAndZeroIsNone()
    {
        await PublishAsync([.. Enumerable.Range(0, 6).Select(static i => Envelope("a", (ulong)i))]);

        Assert.Equal([2UL, 3, 4], await TimesAsync(2, 4));
        Assert.Equal([0UL, 1], await TimesAsync(0, 1));
        Assert.Equal([4UL, 5], await TimesAsync(4, 0));
        Assert.Equal([5UL], await TimesAsync(5, 5));
        Assert.Equal([], await TimesAsync(5, 4));
        Assert.Equal([], await TimesAsync(ulong.MaxValue, 0));
        Assert.Equal([0UL, 1, 2, 3, 4, 5], await TimesAsync(0, ulong.MaxValue));
    }

    [Fact]
    public async Task Query_CursorAfterAnEnvelopeStampedZero_ComparesThePair()
    {
        await PublishAsync([.. Enumerable.Range(0, 5).Select(static i => Envelope("a", 0, "message" + i))]);
        var request = Request("a", SortDirection.Ascending, 2);
        var seen = new List<Envelope>();
        QueryResponse response;
        do
        {
            response = await QueryAsync(request);
            seen.AddRange(response.Envelopes);
            request.PagingInfo.Cursor = response.PagingInfo.Cursor;
        }
        while (response.PagingInfo.Cursor is not null);

        Assert.Equal(5, seen.Distinct().Count());
        Assert.Equal(5, seen.Count);
    }

    [Fact]
    public async Task Query_CursorWithoutADigest_RestrictsNothing()
    {
        await PublishAsync(Envelope("a", 1), Envelope("a", 2));
        foreach (var index in new[] { new IndexCursor(), new IndexCursor { SenderTimeNs = 1 } })
            Assert.Equal(2, (await QueryAsync(Request("a", cursor: new Cursor { Index = index }))).Envelopes.Count);
    }

    [Fact]
    public async Task Query_CursorThatNobodyGaveOut_IsRefused()
    {
        await Refused(Request("a", cursor: new Cursor()), ErrorCatalogue.CursorInvalid, "the cursor has no index");
        foreach (var length in new[] { 1, 31, 33 })
        {
            var index = new IndexCursor { Digest = ByteString.CopyFrom(new byte[length]), SenderTimeNs = 1 };
            await Refused(Request("a", cursor: new Cursor { Index = index }), ErrorCatalogue.CursorInvalid, $"the cursor's digest has {length} bytes, not 32");
        }
    }

    [Fact]
    public async Task Query_CursorAtTheEndsOfTheOrder_LeavesNothingBeyond()
    {
        await PublishAsync(Envelope("a", 1), Envelope("a", 2));
        var smallest = new Cursor { Index = new IndexCursor { Digest = ByteString.CopyFrom(new byte[32]) } };
        var largest = new Cursor { Index = new IndexCursor { Digest = ByteString.CopyFrom([.. Enumerable.Repeat((byte)0xff, 32)]), SenderTimeNs = ulong.MaxValue } };

        Assert.Empty((await QueryAsync(Request("a", SortDirection.Descending, cursor: smallest))).Envelopes);
        Assert.Equal(2, (await QueryAsync(Request("a", SortDirection.Ascending, cursor: smallest))).Envelopes.Count);
        Assert.Empty((await QueryAsync(Request("a", SortDirection.Ascending, cursor: largest))).Envelopes);
        Assert.Equal(2, (await QueryAsync(Request("a", SortDirection.Descending, cursor: largest))).Envelopes.Count);
    }

    [Fact]
    public async Task Query_TopicNamedTwice_CountsOnce()
    {
        await PublishAsync(Envelope("a", 1));
        var request = Request("a");
        request.ContentTopics.Add("a");
        Assert.Single((await QueryAsync(request)).Envelopes);
    }

    [Fact]
    public async Task Query_FullPageOfTheLargestMessages_ComesWhole()
    {
        var message = UnsafeByteOperations.UnsafeWrap(new byte[Protocol.Limits.MessageLengthMaxBytes]);
        for (ulong i = 0; i < 101; i++) await PublishAsync(new Envelope { ContentTopic = "a", TimestampNs = i, Message = message });

        var response = await QueryAsync(Request("a"));
        Assert.Equal(100, response.Envelopes.Count);
        Assert.True(response.CalculateSize() > 100 * Protocol.Limits.MessageLengthMaxBytes);
    }

    [Fact]
    public async Task Query_StoreFails_SaysSo()
    {
        _store.FailReads = true;
        var failure = await Assert.ThrowsAsync<XmtpException>(() => QueryAsync(Request("a")));
        Assert.Equal(ErrorCatalogue.StorageFailed, failure.Code);
        Assert.IsType<IOException>(failure.InnerException);
    }

    [Fact]
    public async Task BatchQuery_SeveralQueries_AnswersInTheirOrder()
    {
        await PublishAsync([.. Enumerable.Range(0, 40).Select(static i => Envelope("topic" + i, (ulong)i))]);
        var batch = new BatchQueryRequest();
        for (var i = 0; i < 50; i++) batch.Requests.Add(Request("topic" + i));

        var responses = (await _service.BatchQueryAsync(batch, Token)).Responses;

        Assert.Equal(50, responses.Count);
        for (var i = 0; i < 40; i++) Assert.Equal("topic" + i, Assert.Single(responses[i].Envelopes).ContentTopic);
        for (var i = 40; i < 50; i++) Assert.Empty(responses[i].Envelopes);
    }

    [Fact]
    public async Task BatchQuery_Empty_AnswersEmpty() => Assert.Empty((await _service.BatchQueryAsync(new BatchQueryRequest(), Token)).Responses);

    [Fact]
    public async Task BatchQuery_OverFifty_IsRefused()
    {
        var batch = new BatchQueryRequest();
        for (var i = 0; i < 51; i++) batch.Requests.Add(Request("a"));
        var failure = await Assert.ThrowsAsync<XmtpException>(() => _service.BatchQueryAsync(batch, Token));
        Assert.Equal(ErrorCatalogue.BatchTooLarge, failure.Code);
        Assert.Equal("cannot exceed 50 requests in single batch", failure.Message);
    }

    [Fact]
    public async Task BatchQuery_OneIsWrong_KeepsItsCode()
    {
        var batch = new BatchQueryRequest { Requests = { Request("a"), Request("a", limit: 101), new QueryRequest() } };
        var failure = await Assert.ThrowsAsync<XmtpException>(() => _service.BatchQueryAsync(batch, Token));
        Assert.Equal(ErrorCatalogue.PageTooLarge, failure.Code);
    }

    [Fact]
    public async Task BatchQuery_StoreFails_SaysSo()
    {
        _store.FailReads = true;
        var batch = new BatchQueryRequest { Requests = { Request("a"), Request("b"), Request("c") } };
        var failure = await Assert.ThrowsAsync<XmtpException>(() => _service.BatchQueryAsync(batch, Token));
        Assert.Equal(ErrorCatalogue.StorageFailed, failure.Code);
    }

    [Fact]
    public async Task BatchQuery_MoreBytesThanAnAnswerMayHold_IsRefused()
    {
        await using var service = await MessageService.OpenAsync(
            new InMemoryEnvelopeStore(), options: new MessageServiceOptions { ResponseBytesMax = 25 }, cancellationToken: Token);
        await service.PublishAsync([Envelope("a", 1, "0123456789"), Envelope("a", 2, "0123456789")], cancellationToken: Token);

        Assert.Equal(2, (await service.QueryAsync(Request("a"), Token)).Envelopes.Count);
        var batch = new BatchQueryRequest { Requests = { Request("a"), Request("a") } };
        var failure = await Assert.ThrowsAsync<XmtpException>(() => service.BatchQueryAsync(batch, Token));
        Assert.Equal(ErrorCatalogue.ResponseTooLarge, failure.Code);
    }

    [Fact]
    public async Task BatchQuery_Cancelled_Throws()
    {
        var batch = new BatchQueryRequest { Requests = { Request("a") } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _service.BatchQueryAsync(batch, new CancellationToken(canceled: true)));
    }

    private static QueryRequest Request(string topic, SortDirection direction = default, uint limit = 0, Cursor? cursor = null) =>
        new() { ContentTopics = { topic }, PagingInfo = new PagingInfo { Direction = direction, Limit = limit, Cursor = cursor } };

    private Task<QueryResponse> QueryAsync(QueryRequest request) => _service.QueryAsync(request, Token);

    private async Task PublishAsync(params Envelope[] envelopes) => await _service.PublishAsync(envelopes, cancellationToken: Token);

    private async Task<List<ulong>> TimesAsync(ulong startNs, ulong endNs)
    {
        var request = Request("a", SortDirection.Ascending);
        (request.StartTimeNs, request.EndTimeNs) = (startNs, endNs);
        return [.. (await QueryAsync(request)).Envelopes.Select(static envelope => envelope.TimestampNs)];
    }

    private async Task Refused(QueryRequest request, ErrorCode code, string text)
    {
        var failure = await Assert.ThrowsAsync<XmtpException>(() => QueryAsync(request));
        Assert.Equal(code, failure.Code);
        Assert.Equal(text, failure.Message);
    }
}
