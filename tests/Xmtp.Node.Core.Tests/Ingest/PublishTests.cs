using Google.Protobuf;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Ingest;

public sealed class PublishTests : IAsyncLifetime
{
    private MessageService _service = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _service = await MessageService.OpenAsync(new InMemoryEnvelopeStore(), cancellationToken: Token);

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Publish_NoEnvelopes_Succeeds() => await _service.PublishAsync([], cancellationToken: Token);

    [Fact]
    public async Task Publish_EverythingAtItsLimit_IsAccepted()
    {
        var topics = new[] { new string('x', 300), string.Concat(Enumerable.Repeat("€", 100)), "" };
        foreach (var topic in topics)
        {
            await _service.PublishAsync([new Envelope { ContentTopic = topic, TimestampNs = Limits.TimestampMaxNs, Message = Bytes(Limits.MessageLengthMaxBytes) }], cancellationToken: Token);
            Assert.Single(await QueryAsync(topic));
        }

        await _service.PublishAsync([new Envelope()], cancellationToken: Token);
        Assert.Equal(2, (await QueryAsync("")).Count);
    }

    public static TheoryData<string, Envelope, ErrorCode, string> Refused { get; } = new()
    {
        { "topic of 301 bytes", Envelope(new string('x', 301), 1), ErrorCatalogue.TopicTooLong, "topic length too big" },
        { "topic of 101 characters and 303 bytes", Envelope(string.Concat(Enumerable.Repeat("€", 101)), 1), ErrorCatalogue.TopicTooLong, "topic length too big" },
        { "message of a byte too many", new Envelope { Message = Bytes(Limits.MessageLengthMaxBytes + 1) }, ErrorCatalogue.MessageTooLong, "message too big" },
        { "time of 2^63", Envelope("a", 1UL << 63), ErrorCatalogue.TimestampOutOfRange, "timestamp out of range" },
        { "ephemeral, too long", Envelope("/xmtp/0/mE-" + new string('x', 300), 1), ErrorCatalogue.TopicTooLong, "topic length too big" },
        { "all wrong: the topic is checked first", new Envelope { ContentTopic = new string('x', 301), TimestampNs = ulong.MaxValue, Message = Bytes(Limits.MessageLengthMaxBytes + 1) }, ErrorCatalogue.TopicTooLong, "topic length too big" },
        { "message and time: the message is checked first", new Envelope { TimestampNs = ulong.MaxValue, Message = Bytes(Limits.MessageLengthMaxBytes + 1) }, ErrorCatalogue.MessageTooLong, "message too big" },
    };

    // The data are not serialisable, so the runner lists them as one test.
    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Refused))]
    public async Task Publish_BeyondALimit_IsRefusedAfterThoseBeforeItAreStored(string what, Envelope envelope, ErrorCode code, string text)
    {
        var failure = await Assert.ThrowsAsync<XmtpException>(() =>
            _service.PublishAsync([Envelope("before", 1), Envelope("before", 2), envelope, Envelope("after", 3)], cancellationToken: Token).AsTask());

        Assert.True(code == failure.Code, what);
        Assert.Equal(text, failure.Message);
        Assert.Equal(2, (await QueryAsync("before")).Count);
        Assert.Empty(await QueryAsync("after"));
    }

    [Fact]
    public async Task Publish_SameTopicTimeAndMessage_IsStoredAndShownOnce()
    {
        await using var subscription = _service.Subscribe(["a", "ab"]);
        await _service.PublishAsync([Envelope("a", 1, "m")], cancellationToken: Token);
        await _service.PublishAsync([Envelope("a", 1, "m")], cancellationToken: Token);
        await _service.PublishAsync([Envelope("a", 2, "m")], cancellationToken: Token);
        // Topic and message join to one text with one digest; they are two envelopes all the same.
        await _service.PublishAsync([Envelope("a", 5, "bc"), Envelope("ab", 5, "c")], cancellationToken: Token);

        Assert.Equal([1UL, 2, 5], (await QueryAsync("a")).Select(static envelope => envelope.TimestampNs));
        Assert.Single(await QueryAsync("ab"));
        var live = await subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token).TakeAsync(4);
        Assert.Equal([1UL, 2, 5, 5], live.Select(static envelope => envelope.TimestampNs));
    }

    [Theory]
    [InlineData("/xmtp/0/mE-x/proto")]
    [InlineData("/xmtp/0/dmE-a-b/proto")]
    public async Task Publish_EphemeralTopic_IsShownEveryTimeAndNeverStored(string topic)
    {
        await using var subscription = _service.Subscribe([topic]);
        await using var all = _service.SubscribeAll();
        await _service.PublishAsync([Envelope(topic, 1, "m")], cancellationToken: Token);
        await _service.PublishAsync([Envelope(topic, 1, "m")], cancellationToken: Token);

        // Handed over before the publish returns: nothing else could be waited for.
        Assert.True(subscription.TryRead(out var live));
        Assert.Equal(Envelope(topic, 1, "m"), live);
        Assert.True(subscription.TryRead(out _));
        Assert.True(all.TryRead(out _));
        Assert.Empty(await QueryAsync(topic));
        Assert.Equal(0, _service.EstimatedEnvelopeCount);
    }

    [Fact]
    public async Task Publish_EphemeralAfterStored_IsShownOnceThoseAreDurable()
    {
        var store = new Storage.FaultyStore();
        await using var service = await MessageService.OpenAsync(store, cancellationToken: Token);
        await using var subscription = service.Subscribe(["/xmtp/0/mE-x/proto"]);
        store.HoldCommits();
        var publish = service.PublishAsync([Envelope("a", 1), Envelope("/xmtp/0/mE-x/proto", 2)], cancellationToken: Token).AsTask();
        await Eventually.TrueAsync(() => store.Begun == 1);
        Assert.False(subscription.TryRead(out _));
        store.LetGo();
        await publish;
        Assert.True(subscription.TryRead(out _));
    }

    [Fact]
    public async Task Publish_TopicWithHalfASurrogatePair_MeansTheSameToAll()
    {
        await using var subscription = _service.Subscribe(["bad \uD800 topic"]);
        await _service.PublishAsync([Envelope("bad \uD800 topic", 1)], cancellationToken: Token);

        Assert.Equal("bad \uFFFD topic", Assert.Single(await QueryAsync("bad \uD800 topic")).ContentTopic);
        var live = Assert.Single(await subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token).TakeAsync(1));
        Assert.Equal("bad \uFFFD topic", live.ContentTopic);
    }

    [Fact]
    public async Task Publish_CallerChangesItsEnvelopeAfterwards_NobodyNotices()
    {
        await using var subscription = _service.Subscribe(["a"]);
        var envelope = Envelope("a", 1, "m");
        await _service.PublishAsync([envelope], cancellationToken: Token);
        envelope.ContentTopic = "changed";

        Assert.Equal(Envelope("a", 1, "m"), Assert.Single(await subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token).TakeAsync(1)));
    }

    [Fact]
    public async Task Publish_UnknownFields_AreDroppedLiveAsInTheStore()
    {
        await using var subscription = _service.Subscribe(["a"]);
        var envelope = Xmtp.Protocol.MessageApi.V1.Envelope.Parser.ParseFrom([.. Envelope("a", 1, "m").ToByteArray(), 0x7a, 1, 0]);
        await _service.PublishAsync([envelope], cancellationToken: Token);

        Assert.Equal(Envelope("a", 1, "m"), Assert.Single(await subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token).TakeAsync(1)));
    }

    private async Task<IList<Envelope>> QueryAsync(string topic) => (await _service.QueryAsync(
        new QueryRequest { ContentTopics = { topic }, PagingInfo = new PagingInfo { Direction = SortDirection.Ascending } }, Token)).Envelopes;

    private static ByteString Bytes(int length) => UnsafeByteOperations.UnsafeWrap(new byte[length]);
}
