using Microsoft.Extensions.Time.Testing;
using Xmtp.Node.Core.Subscriptions;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Subscriptions;

public sealed class PositionMarkTests : IAsyncLifetime
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(15);
    private readonly FakeTimeProvider _time = new();
    private PositionNode _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await PositionNode.StartAsync(_time, new MessageServiceOptions { SubscriptionBufferMax = 4 });

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Marks_NothingHappens_ComeInTimeAllTheSame()
    {
        await using var subscription = _node.Service.Subscribe(["a"], from: null);
        await using var stream = subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        for (var i = 0; i < 3; i++)
        {
            var next = stream.MoveNextAsync().AsTask();
            Assert.False(next.IsCompleted);
            _time.Advance(Promised);
            Assert.True(await next);
            Assert.Equal(subscription.Position, Read(stream.Current));
            Assert.Equal(0UL, stream.Current.TimestampNs);
            await DrainAsync(subscription);
        }
    }

    [Fact]
    public async Task Marks_AfterEnvelopes_StandBehindAllThatTheySpeakOf()
    {
        await using var subscription = _node.Service.Subscribe(["a"], from: null);
        await _node.PublishAsync(Envelope("a", 1), Envelope("other", 2), Envelope("a", 3));
        var stands = _node.Service.CurrentPosition;
        var seen = new List<ulong>();
        StreamPosition? mark = null;
        await foreach (var envelope in AdvanceWhileReading(subscription))
        {
            if (envelope.ContentTopic != PositionMarks.Topic)
            {
                seen.Add(envelope.TimestampNs);
                continue;
            }

            mark = Read(envelope);
            if (mark.Covers(stands)) break;
        }

        Assert.Equal([1UL, 3], seen);
        Assert.Equal(stands, mark);
    }

    [Fact]
    public async Task Marks_FullBuffer_AreLeftOutAndEndNobody()
    {
        // A signpost takes the first place.
        await using var subscription = _node.Service.Subscribe(["a"], from: null);
        await _node.PublishAsync(Envelope("a", 1), Envelope("a", 2), Envelope("a", 3));
        await Eventually.TrueAsync(() => _node.Service.HasDeliveredAll);
        for (var i = 0; i < 5; i++) _time.Advance(Promised);
        var stream = subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token);

        Assert.Equal([1UL, 2, 3], (await stream.TakeAsync(3)).Select(static envelope => envelope.TimestampNs));
        Assert.Equal(1, _node.Service.OpenSubscriptions);
    }

    [Fact]
    public async Task Marks_ReaderDoesNotRead_WaitOneAtATime()
    {
        await using var subscription = _node.Service.Subscribe(["a"], from: null);
        await using var other = _node.Service.Subscribe([], from: null);
        await using var beat = other.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(Promised);
            Assert.True(await beat.MoveNextAsync());
        }

        await _node.PublishAsync(Envelope("a", 1), Envelope("a", 2));
        await Eventually.TrueAsync(() => _node.Service.HasDeliveredAll);
        var stream = subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        Assert.Equal([0UL, 1, 2], (await stream.TakeAsync(3)).Select(static envelope => envelope.TimestampNs));
    }

    [Fact]
    public async Task Marks_ReaderWithoutPosition_GetsNone()
    {
        await using var plain = _node.Service.Subscribe(["a", PositionMarks.Topic]);
        await using var all = _node.Service.SubscribeAll();
        await using var positioned = _node.Service.Subscribe(["a", PositionMarks.Topic], from: null);
        await using var stream = positioned.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        var mark = stream.MoveNextAsync().AsTask();
        _time.Advance(Promised);
        Assert.True(await mark);

        Assert.False(plain.TryRead(out _));
        Assert.False(all.TryRead(out _));
    }

    [Fact]
    public async Task Publish_TopicOfMarks_IsRefused()
    {
        var failure = await Assert.ThrowsAsync<XmtpException>(() => _node.PublishAsync(Envelope("xmtp-position", 1)));
        Assert.Equal(ErrorCatalogue.TopicReserved, failure.Code);
    }

    private static StreamPosition Read(Envelope envelope)
    {
        Assert.Equal(PositionMarks.Topic, envelope.ContentTopic);
        Assert.True(StreamPosition.TryParse(envelope.Message.ToStringUtf8(), out var position));
        return position;
    }

    private static async Task DrainAsync(ISubscription subscription)
    {
        await Task.Yield();
        while (subscription.TryRead(out _))
        {
        }
    }

    private async IAsyncEnumerable<Envelope> AdvanceWhileReading(ISubscription subscription)
    {
        await using var stream = subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        while (true)
        {
            var next = stream.MoveNextAsync().AsTask();
            await Eventually.TrueAsync(() =>
            {
                if (!next.IsCompleted) _time.Advance(TimeSpan.FromSeconds(1));
                return next.IsCompleted;
            });
            if (!await next) yield break;
            yield return stream.Current;
        }
    }
}
