using Microsoft.Extensions.Time.Testing;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Subscriptions;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Subscriptions;

public sealed class PositionReplayTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<PositionNode> _nodes = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task Subscribe_WithoutPosition_KnowsNone()
    {
        var node = await StartAsync();
        await using var subscription = node.Service.Subscribe(["a"]);
        Assert.Null(subscription.Position);
    }

    [Fact]
    public async Task Subscribe_NewPosition_StandsAtTheEndAndReplaysNothing()
    {
        var node = await StartAsync();
        await node.PublishAsync(Envelope("a", 1));
        await using var subscription = node.Service.Subscribe(["a"], from: null);
        Assert.Equal(node.Service.CurrentPosition, subscription.Position);

        await node.PublishAsync(Envelope("a", 2));
        Assert.Equal([2UL], await TimesAsync(subscription, 1));
    }

    // So many entries of others that the logs are gone through, or the topics' rows.
    [Theory]
    [InlineData(10)]
    [InlineData(3000)]
    public async Task Subscribe_OlderPosition_GetsWhatIsAboveItThenAMarkThenWhatIsLive(int others)
    {
        var (one, two) = (await StartAsync(), await StartAsync());
        await one.PublishAsync(Envelope("a", 1), Envelope("b", 2), Envelope("c", 3));
        await two.PublishAsync(Envelope("a", 4));
        await one.PullAllAsync(two);
        var seen = one.Service.CurrentPosition;

        await one.PublishAsync(Envelope("a", 5, "one"), Envelope("c", 6));
        await one.PublishAsync([.. Enumerable.Range(0, others).Select(static i => Envelope("other", (ulong)i))]);
        await two.PublishAsync(Envelope("b", 7, "two"), Envelope("a", 8));
        await two.PullAllAsync(one);
        await using var subscription = two.Service.Subscribe(["a", "b"], seen);
        await two.PublishAsync(Envelope("a", 9), Envelope("c", 10));

        var envelopes = await TakeAsync(subscription, 5);
        Assert.Equal([Envelope("a", 5, "one"), Envelope("a", 8), Envelope("b", 7, "two")], envelopes[..3].OrderBy(static envelope => envelope.TimestampNs == 7 ? 9 : envelope.TimestampNs));
        Assert.Equal(subscription.Position!.ToString(), Mark(envelopes[3]).ToString());
        Assert.Equal(Envelope("a", 9), envelopes[4]);
    }

    // Two who write to each other at different nodes, and a reader that was away meanwhile.
    [Theory]
    [InlineData(0)]
    [InlineData(5000)]
    public async Task Subscribe_ConversationInTwoLogs_ComesInTheOrderOfItsTimes(int others)
    {
        var (one, two) = (await StartAsync(), await StartAsync());
        var seen = one.Service.CurrentPosition;
        for (ulong time = 1; time <= 700; time++)
        {
            await (time % 3 == 0 ? one : two).PublishAsync(Envelope("a", time));
            if (time % 100 == 0) await one.PublishAsync([.. Enumerable.Range(0, others / 7).Select(i => Envelope("other", (1000 * time) + (ulong)i))]);
        }

        // Dated back: its writer's later ones come behind it all the same.
        await one.PublishAsync(Envelope("b", 3), Envelope("b", 1000));
        await one.PullAllAsync(two);
        await two.PullAllAsync(one);
        foreach (var node in new[] { one, two })
        {
            await using var subscription = node.Service.Subscribe(["a", "b"], seen);
            var envelopes = await TakeAsync(subscription, 703);
            Assert.Equal(Enumerable.Range(1, 700).Select(static time => (ulong)time), envelopes.Where(static envelope => envelope.ContentTopic == "a").Select(static envelope => envelope.TimestampNs));
            Assert.Equal([3UL, 1000], envelopes.Where(static envelope => envelope.ContentTopic == "b").Select(static envelope => envelope.TimestampNs));
            Mark(envelopes[^1]);
        }
    }

    [Fact]
    public async Task Subscribe_FromTheStart_GetsManyPagesOfRowsInFull()
    {
        var node = await StartAsync();
        for (var i = 0; i < 30; i++) await node.PublishAsync([.. Enumerable.Range(i * 100, 100).Select(static n => Envelope(n % 3 == 0 ? "a" : "b", (ulong)n))]);
        await using var subscription = node.Service.Subscribe(["a", "b", "none"], StreamPosition.Start);

        var envelopes = await TakeAsync(subscription, 3001);
        Assert.Equal(Enumerable.Range(0, 3000).Select(static n => (ulong)n), envelopes[..3000].Select(static envelope => envelope.TimestampNs).Order());
        Mark(envelopes[3000]);
    }

    [Fact]
    public async Task Subscribe_EnvelopeInTwoLogs_ComesOnce()
    {
        var (one, two) = (await StartAsync(), await StartAsync());
        await one.PublishAsync(Envelope("a", 1));
        await two.PublishAsync(Envelope("a", 1));
        await one.PullAllAsync(two);
        await using var subscription = one.Service.Subscribe(["a"], StreamPosition.Start);

        var envelopes = await TakeAsync(subscription, 2);
        Assert.Equal(Envelope("a", 1), envelopes[0]);
        Mark(envelopes[1]);
    }

    [Fact]
    public async Task Subscribe_PositionBeyondWhatIsHeld_KeepsItInMarks()
    {
        var (one, two) = (await StartAsync(), await StartAsync());
        await one.PublishAsync(Envelope("a", 1), Envelope("a", 2));
        await two.PublishAsync(Envelope("a", 3));
        var seen = one.Service.CurrentPosition;
        await using var subscription = two.Service.Subscribe(["a"], seen);

        var envelopes = await TakeAsync(subscription, 2);
        Assert.Equal(3UL, envelopes[0].TimestampNs);
        Assert.True(Mark(envelopes[1]).Covers(seen.Union(two.Service.CurrentPosition)));
    }

    [Fact]
    public async Task ReplaceTopics_AddedTopic_IsReadFromThePositionToo()
    {
        var node = await StartAsync();
        await using var subscription = node.Service.Subscribe([], from: null);
        await node.PublishAsync(Envelope("a", 1), Envelope("b", 2));
        subscription.ReplaceTopics(["a"]);
        await node.PublishAsync(Envelope("a", 3), Envelope("b", 4));
        subscription.ReplaceTopics(["a", "b"]);
        await node.PublishAsync(Envelope("b", 5));

        var times = await TimesAsync(subscription, 5);
        Assert.Equal([1UL, 2, 3, 4, 5], times.Order().ToList());
        Assert.Equal([2UL, 4, 5], times.Where(static time => time is 2 or 4 or 5));
    }

    [Fact]
    public async Task TryRead_ReplayAhead_TakesNothingLiveFirst()
    {
        var node = await StartAsync();
        await node.PublishAsync(Envelope("a", 1), Envelope("a", 2));
        await using var subscription = node.Service.Subscribe(["a"], StreamPosition.Start);
        await node.PublishAsync(Envelope("a", 3));

        Assert.False(subscription.TryRead(out _));
        await using var stream = subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal(1UL, stream.Current.TimestampNs);
        Assert.True(subscription.TryRead(out var second) && second.TimestampNs == 2);
        Assert.False(subscription.TryRead(out _));
        Assert.True(await stream.MoveNextAsync());
        Mark(stream.Current);
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal(3UL, stream.Current.TimestampNs);
    }

    [Fact]
    public async Task ReadAllAsync_OverflowDuringReplay_EndsWithNothingLive()
    {
        var node = await StartAsync(new MessageServiceOptions { SubscriptionBufferMax = 4 });
        for (var i = 0; i < 20; i++) await node.PublishAsync([.. Enumerable.Range(i * 100, 100).Select(static n => Envelope("a", (ulong)n))]);
        await using var subscription = node.Service.Subscribe(["a"], StreamPosition.Start);
        var seen = new List<ulong>();
        var failure = await Assert.ThrowsAsync<XmtpException>(async () =>
        {
            await foreach (var envelope in subscription.ReadAllAsync(Token))
            {
                seen.Add(envelope.TimestampNs);
                if (seen.Count != 1) continue;
                for (ulong n = 0; n < 5; n++) await node.PublishAsync(Envelope("a", 10_000 + n));
                await Eventually.TrueAsync(() => node.Service.OpenSubscriptions == 0);
            }
        });

        Assert.Equal(ErrorCatalogue.Unavailable, failure.Code);
        Assert.DoesNotContain(seen, static time => time >= 10_000);
        Assert.InRange(seen.Count, 1, 1999);
    }

    [Fact]
    public async Task ReadAllAsync_CancelledDuringReplay_Ends()
    {
        var node = await StartAsync();
        await node.PublishAsync(Envelope("a", 1), Envelope("a", 2));
        using var cancel = new CancellationTokenSource();
        await using var stream = node.Service.Subscribe(["a"], StreamPosition.Start).ReadAllAsync(cancel.Token).GetAsyncEnumerator(Token);
        Assert.True(await stream.MoveNextAsync());
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await stream.MoveNextAsync())
            {
            }
        });
        Assert.Equal(0, node.Service.OpenSubscriptions);
    }

    // Entries committed while the topics are registered are the ones that could fall between replay and live.
    [Theory]
    [InlineData(4096)]
    [InlineData(1)]
    public async Task Subscribe_WhileManyPublish_LosesNothingAndRepeatsNothing(int tailEntries)
    {
        var random = SeededRandom.Fresh();
        var node = await StartAsync(new MessageServiceOptions { SubscriptionBufferMax = 100_000, Log = new LogWriterOptions { TailEntriesMax = tailEntries } });
        var publishing = Enumerable.Range(0, 4).Select(publisher => Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++) await node.PublishAsync(Envelope(i % 2 == 0 ? "a" : "b", (ulong)(publisher * 1000 + i)));
        }, Token)).ToArray();
        var subscriptions = new List<ISubscription>();
        while (!Task.WhenAll(publishing).IsCompleted && subscriptions.Count < 100)
        {
            subscriptions.Add(node.Service.Subscribe(["a", "b"], StreamPosition.Start));
            await Task.Yield();
        }

        await Task.WhenAll(publishing);
        foreach (var subscription in subscriptions)
        {
            var envelopes = await TakeAsync(subscription, 1201);
            Assert.True(envelopes.Count(static envelope => envelope.ContentTopic != PositionMarks.Topic) == 1200, random.ToString());
            Assert.Equal(1201, envelopes.Distinct().Count());
            await subscription.DisposeAsync();
        }
    }

    private static async Task<List<ulong>> TimesAsync(ISubscription subscription, int count) => [.. (await TakeAsync(subscription, count)).Select(static envelope => envelope.TimestampNs)];

    private static async Task<List<Envelope>> TakeAsync(ISubscription subscription, int count)
    {
        var stream = subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        return await stream.TakeAsync(count);
    }

    private static StreamPosition Mark(Envelope envelope)
    {
        Assert.Equal("xmtp-position", envelope.ContentTopic);
        Assert.True(StreamPosition.TryParse(envelope.Message.ToStringUtf8(), out var position));
        return position;
    }

    private async Task<PositionNode> StartAsync(MessageServiceOptions? options = null)
    {
        var node = await PositionNode.StartAsync(_time, options);
        _nodes.Add(node);
        return node;
    }
}
