using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Xmtp.Client.Network;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Network;

public sealed class NodeConnectionTests
{
    private const string Topic = "/xmtp/0/m-a/proto";
    private readonly FakeNetwork _network = new();
    private readonly FakeTransport _transport;
    private readonly NodeConnection _connection;

    public NodeConnectionTests()
    {
        _transport = new FakeTransport(_network);
        _connection = new NodeConnection(_transport, new Retries(RetryPolicy.None, TimeProvider.System, new SeededRandom(1), NullLogger.Instance));
    }

    [Theory]
    [InlineData(false, 100, 0)]
    [InlineData(true, 100, 0)]
    [InlineData(false, 7, 250)]
    [InlineData(true, 1, 5)]
    [InlineData(false, 10, 100)]
    public async Task ReadAsync_MoreThanAPage_FollowsTheCursorInEitherDirection(bool descending, int pageSize, int count)
    {
        count = count == 0 ? 250 : count;
        Fill(Topic, count);
        var times = await TimesAsync(new EnvelopeRange(Descending: descending, PageSize: pageSize));
        var expected = Enumerable.Range(1, count).Select(static time => (ulong)time);
        Assert.Equal(descending ? expected.Reverse() : expected, times);
    }

    [Fact]
    public async Task ReadAsync_EqualTimes_MissesNoneAndRepeatsNone()
    {
        for (var i = 0; i < 25; i++) _network.Publish(Envelope(Topic, 5, i));
        var read = await ListAsync(_connection.ReadAsync(Topic, new EnvelopeRange(PageSize: 4)));
        Assert.Equal(25, read.Select(static envelope => envelope.Message).Distinct().Count());
        Assert.Equal(25, read.Count);
    }

    [Fact]
    public async Task ReadAsync_Range_IncludesBothEnds()
    {
        Fill(Topic, 20);
        Assert.Equal([5UL, 6, 7], await TimesAsync(new EnvelopeRange(5, 7)));
    }

    [Fact]
    public async Task ReadAsync_ReaderStops_AsksForNoFurtherPage()
    {
        Fill(Topic, 100);
        await foreach (var _ in _connection.ReadAsync(Topic, new EnvelopeRange(PageSize: 10))) break;
        Assert.Single(_transport.Queries);
    }

    [Fact]
    public async Task ReadAsync_AnswerTooLarge_AsksForSmallerPages()
    {
        Fill(Topic, 30);
        _transport.OnAnswer = static (request, answer) => request.PagingInfo.Limit > 10 ? throw new NodeException(ErrorCatalogue.ResponseTooLarge, "too large") : answer;
        Assert.Equal(30, (await TimesAsync(new EnvelopeRange())).Length);
    }

    [Fact]
    public async Task ReadAsync_NodeMixesTopics_LeavesForeignEnvelopesOut()
    {
        Fill(Topic, 3);
        _transport.OnAnswer = static (_, answer) =>
        {
            answer.Envelopes.Add(Envelope("/xmtp/0/m-other/proto", 9, 0));
            return answer;
        };
        Assert.Equal([1UL, 2, 3], await TimesAsync(new EnvelopeRange()));
    }

    [Fact]
    public async Task ReadAsync_NodeRepeatsAPage_FailsInsteadOfGoingOnForEver()
    {
        Fill(Topic, 30);
        QueryResponse? first = null;
        _transport.OnAnswer = (_, answer) => first ??= answer;
        var failure = await Assert.ThrowsAsync<NodeException>(() => TimesAsync(new EnvelopeRange(PageSize: 10)));
        Assert.Equal(ErrorCatalogue.Internal, failure.Code);
    }

    [Fact]
    public async Task ReadManyAsync_ManyTopics_AsksInBatchesAndFollowsFullPages()
    {
        string[] topics = [.. Enumerable.Range(0, 120).Select(static i => $"/xmtp/0/m-{i:000}/proto")];
        foreach (var topic in topics) Fill(topic, 2);
        Fill(topics[60], 230);
        var read = await ListAsync(_connection.ReadManyAsync(topics.Select(static topic => (topic, 2UL))));
        Assert.Equal(119 + 229, read.Count);
        Assert.Equal(3, _transport.Calls.Count(static call => call == "BatchQuery"));
        Assert.Equal(2, _transport.Calls.Count(static call => call == "Query"));
        Assert.Equal(topics, read.Select(static envelope => envelope.ContentTopic).Distinct());
    }

    [Fact]
    public async Task ReadManyAsync_BatchTooLarge_AsksOneByOne()
    {
        string[] topics = [.. Enumerable.Range(0, 5).Select(static i => $"/xmtp/0/m-{i}/proto")];
        foreach (var topic in topics) Fill(topic, 3);
        _transport.FailNext("BatchQuery", new NodeException(ErrorCatalogue.ResponseTooLarge, "too large"));
        Assert.Equal(15, (await ListAsync(_connection.ReadManyAsync(topics.Select(static topic => (topic, 0UL))))).Count);
    }

    private static Envelope Envelope(string topic, ulong time, int content) =>
        new() { ContentTopic = topic, TimestampNs = time, Message = ByteString.CopyFromUtf8($"{time} {content}") };

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items) => await items.ToListAsync(TestContext.Current.CancellationToken);

    private void Fill(string topic, int count) => _network.Publish(Enumerable.Range(1, count).Select(time => Envelope(topic, (ulong)time, 0)));

    private async Task<ulong[]> TimesAsync(EnvelopeRange range) =>
        [.. (await ListAsync(_connection.ReadAsync(Topic, range))).Select(static envelope => envelope.TimestampNs)];
}
