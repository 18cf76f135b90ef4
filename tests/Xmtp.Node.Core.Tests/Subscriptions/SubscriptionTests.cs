using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Tests.Storage;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Subscriptions;

public sealed class SubscriptionTests : IAsyncLifetime
{
    private readonly FaultyStore _store = new();
    private MessageService _service = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _service = await MessageService.OpenAsync(_store, cancellationToken: Token);

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Subscribe_AcknowledgedBefore_IsNotDelivered()
    {
        for (ulong i = 0; i < 200; i++)
        {
            await PublishAsync(Envelope("a", i * 2));
            await using var subscription = _service.Subscribe(["a"]);
            await PublishAsync(Envelope("a", i * 2 + 1));
            Assert.Equal(i * 2 + 1, Assert.Single(await TakeAsync(subscription, 1)).TimestampNs);
        }
    }

    [Fact]
    public async Task Subscribe_SenderTimesOutOfOrder_DeliversInOrderOfArrival()
    {
        await using var subscription = _service.Subscribe(["a", "b", "a"]);
        await PublishAsync(Envelope("a", 9), Envelope("b", 3), Envelope("c", 4), Envelope("a", 1));

        Assert.Equal([9UL, 3, 1], (await TakeAsync(subscription, 3)).Select(static envelope => envelope.TimestampNs));
    }

    [Fact]
    public async Task Subscribe_Star_IsATopicLikeAnyOther()
    {
        await using var subscription = _service.Subscribe(["*"]);
        await PublishAsync(Envelope("/xmtp/0/m-x/proto", 1), Envelope("*", 2));

        Assert.Equal(2UL, Assert.Single(await TakeAsync(subscription, 1)).TimestampNs);
    }

    [Fact]
    public async Task SubscribeAll_EveryTopic_DeliversThoseOfTheProtocolOnly()
    {
        await using var subscription = _service.SubscribeAll();
        await PublishAsync(
            Envelope("/xmtp/0/m-x/proto", 1), Envelope("/xmtp/1/x", 2), Envelope("test-x", 3), Envelope("/xmtp/mls/1/g-x/proto", 4), Envelope("", 5),
            Envelope("/xmtp/0/", 6), Envelope("/xmtp/0", 7), Envelope("/xmtp/mls/1", 8), Envelope("x/xmtp/0/", 9), Envelope("/xmtp/0/unknown", 10));

        Assert.Equal([1UL, 4, 6, 10], (await TakeAsync(subscription, 4)).Select(static envelope => envelope.TimestampNs));
        Assert.Throws<InvalidOperationException>(() => subscription.ReplaceTopics(["a"]));
    }

    [Fact]
    public async Task Subscribe_SeveralReaders_ShareOneObject()
    {
        await using var one = _service.Subscribe(["/xmtp/0/a"]);
        await using var other = _service.Subscribe(["/xmtp/0/a"]);
        await using var all = _service.SubscribeAll();
        await PublishAsync(Envelope("/xmtp/0/a", 1));

        var envelope = (await TakeAsync(one, 1))[0];
        Assert.Same(envelope, (await TakeAsync(other, 1))[0]);
        Assert.Same(envelope, (await TakeAsync(all, 1))[0]);
    }

    [Fact]
    public async Task ReplaceTopics_NewSet_FollowsExactlyThat()
    {
        await using var subscription = _service.Subscribe(["kept", "removed"]);
        await PublishAsync(Envelope("added", 1));
        subscription.ReplaceTopics(["kept", "added"]);
        await PublishAsync(Envelope("kept", 2), Envelope("removed", 3), Envelope("added", 4));
        Assert.Equal([2UL, 4], (await TakeAsync(subscription, 2, end: false)).Select(static envelope => envelope.TimestampNs));

        subscription.ReplaceTopics([]);
        await PublishAsync(Envelope("kept", 5), Envelope("added", 6));
        subscription.ReplaceTopics(["kept"]);
        await PublishAsync(Envelope("added", 7), Envelope("kept", 8));
        await Eventually.TrueAsync(() => subscription.TryRead(out var next) && (next.TimestampNs == 8 ? true : throw new InvalidOperationException($"{next} is not wanted")));
    }

    [Fact]
    public async Task ReplaceTopics_BadSequence_ChangesNothing()
    {
        await using var subscription = _service.Subscribe(["a"]);
        Assert.Throws<InvalidOperationException>(() => subscription.ReplaceTopics(Throwing()));
        Assert.Throws<ArgumentNullException>(() => subscription.ReplaceTopics(["b", null!]));
        await PublishAsync(Envelope("b", 1), Envelope("a", 2));
        Assert.Equal(2UL, (await TakeAsync(subscription, 1))[0].TimestampNs);

        Assert.Throws<InvalidOperationException>(() => _service.Subscribe(Throwing()));
        Assert.Equal(0, _service.OpenSubscriptions);

        static IEnumerable<string> Throwing()
        {
            yield return "c";
            throw new InvalidOperationException();
        }
    }

    [Fact]
    public async Task ReadAllAsync_Overflow_DrainsThenEndsUnavailable()
    {
        await using var subscription = _service.Subscribe(["a"]);
        await using var all = _service.SubscribeAll();
        await PublishAsync([.. Enumerable.Range(0, 1024).Select(static i => Envelope("a", (ulong)i))]);
        await PublishAsync(Envelope("a", 1024));
        await Eventually.TrueAsync(() => _service.OpenSubscriptions == 1);
        // What comes later is lost to it, even if it reads on.
        var seen = new List<ulong>();
        var failure = await Assert.ThrowsAsync<XmtpException>(async () =>
        {
            await foreach (var envelope in subscription.ReadAllAsync(Token))
            {
                seen.Add(envelope.TimestampNs);
                if (seen.Count == 1) await PublishAsync(Envelope("a", 5000));
            }
        });

        Assert.Equal(ErrorCatalogue.Unavailable, failure.Code);
        Assert.Equal(Enumerable.Range(0, 1024).Select(static i => (ulong)i), seen);
        Assert.False(all.TryRead(out _));
    }

    [Fact]
    public async Task ReadAllAsync_OverflowOfAllReader_IsAtItsOwnMeasure()
    {
        await using var all = _service.SubscribeAll();
        await PublishAsync([.. Enumerable.Range(0, 4096).Select(static i => Envelope("/xmtp/0/x", (ulong)i))]);
        await PublishAsync(Envelope("a", 0));
        Assert.Equal(1, _service.OpenSubscriptions);
        await PublishAsync(Envelope("/xmtp/0/x", 4096));

        var count = 0;
        await Assert.ThrowsAsync<XmtpException>(async () =>
        {
            await Eventually.TrueAsync(() => _service.OpenSubscriptions == 0);
            await foreach (var _ in all.ReadAllAsync(Token)) count++;
        });
        Assert.Equal(4096, count);
    }

    [Fact]
    public async Task ReadAllAsync_OneReaderOverflows_OthersMissNothing()
    {
        await using var slow = _service.Subscribe(["a"]);
        await using var quick = _service.Subscribe(["a"]);
        var received = new List<Envelope>();
        for (var i = 0; i < 30; i++)
        {
            await PublishAsync([.. Enumerable.Range(i * 100, 100).Select(static n => Envelope("a", (ulong)n))]);
            received.AddRange(await TakeAsync(quick, 100, end: false));
        }

        Assert.Equal(1, _service.OpenSubscriptions);
        Assert.Equal(Enumerable.Range(0, 3000).Select(static i => (ulong)i), received.Select(static envelope => envelope.TimestampNs));
    }

    [Fact]
    public async Task Dispose_Subscription_FreesItAtOnce()
    {
        var subscription = _service.Subscribe(["a", "b"]);
        var all = _service.SubscribeAll();
        var silent = _service.Subscribe([]);
        Assert.Equal(3, _service.OpenSubscriptions);

        subscription.Dispose();
        subscription.Dispose();
        await all.DisposeAsync();
        await silent.DisposeAsync();

        Assert.Equal(0, _service.OpenSubscriptions);
        await PublishAsync(Envelope("a", 1));
        Assert.Empty(await TakeAsync(subscription, 1));
        subscription.ReplaceTopics(["a"]);
        Assert.Equal(0, _service.OpenSubscriptions);
    }

    [Fact]
    public async Task ReadAllAsync_Cancelled_FreesTheSubscription()
    {
        using var cancel = new CancellationTokenSource();
        var subscription = _service.Subscribe(["a"]);
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in subscription.ReadAllAsync(cancel.Token))
            {
            }
        }, Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal(0, _service.OpenSubscriptions);
    }

    [Fact]
    public async Task ReadAllAsync_Twice_IsRefused()
    {
        await using var subscription = _service.Subscribe(["a"]);
        await PublishAsync(Envelope("a", 1));
        await TakeAsync(subscription, 1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => TakeAsync(subscription, 1));
    }

    [Fact]
    public async Task CloseSubscriptionsAsync_OpenReaders_EndUnavailableAfterWhatTheyHave()
    {
        await using var subscription = _service.Subscribe(["a"]);
        await using var silent = _service.Subscribe([]);
        await PublishAsync(Envelope("a", 1));
        var stream = subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        Assert.True(await stream.MoveNextAsync());

        await _service.CloseSubscriptionsAsync(cancellationToken: Token);

        Assert.Equal(ErrorCatalogue.Unavailable, (await Assert.ThrowsAsync<XmtpException>(() => stream.MoveNextAsync().AsTask())).Code);
        Assert.Equal(ErrorCatalogue.Unavailable, (await Assert.ThrowsAsync<XmtpException>(() => TakeAsync(silent, 1))).Code);
        Assert.Equal(ErrorCatalogue.Unavailable, Assert.Throws<XmtpException>(() => _service.Subscribe(["a"])).Code);
        Assert.Equal(ErrorCatalogue.Unavailable, Assert.Throws<XmtpException>(_service.SubscribeAll).Code);
        // Publishes and queries still under way are not hurt.
        await PublishAsync(Envelope("a", 2));
        Assert.Equal(2, (await _service.QueryAsync(new QueryRequest { ContentTopics = { "a" } }, Token)).Envelopes.Count);
    }

    [Fact]
    public async Task CloseSubscriptionsAsync_WithTime_SpreadsTheEnds()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var service = await MessageService.OpenAsync(new InMemoryEnvelopeStore(), time: time, cancellationToken: Token);
        var readers = Enumerable.Range(0, 100).Select(_ => service.Subscribe(["a"])).ToArray();
        var closing = service.CloseSubscriptionsAsync(TimeSpan.FromSeconds(20), Token);

        Assert.Equal(95, service.OpenSubscriptions);
        for (var i = 2; i <= 20; i++)
        {
            Assert.False(closing.IsCompleted);
            time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.TrueAsync(() => service.OpenSubscriptions == 100 - i * 5);
        }

        await closing;
        Assert.All(readers, static reader => reader.Dispose());
    }

    [Fact]
    public async Task Dispatcher_FarBehind_ReadsTheStoreAndLeavesNothingOut()
    {
        var options = new MessageServiceOptions { SubscriptionBufferMax = 10_000, Log = new LogWriterOptions { TailEntriesMax = 2 } };
        var store = new FaultyStore();
        await using var service = await MessageService.OpenAsync(store, options: options, cancellationToken: Token);
        await using var subscription = service.Subscribe(["a"]);

        for (var i = 0; i < 10; i++) await service.PublishAsync([.. Enumerable.Range(i * 300, 300).Select(static n => Envelope("a", (ulong)n, "m"))], cancellationToken: Token);

        var live = await TakeAsync(subscription, 3000);
        Assert.Equal(Enumerable.Range(0, 3000).Select(static i => Envelope("a", (ulong)i, "m")), live);
        Assert.True(store.ReadCalls > 0);
    }

    [Fact]
    public async Task Dispatcher_StoreCannotBeRead_WaitsInsteadOfSkipping()
    {
        var options = new MessageServiceOptions { Log = new LogWriterOptions { TailEntriesMax = 1 } };
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var store = new FaultyStore();
        await using var service = await MessageService.OpenAsync(store, options: options, time: time, cancellationToken: Token);
        await using var subscription = service.Subscribe(["a"]);
        store.HoldCommits();
        var publish = service.PublishAsync([Envelope("a", 1), Envelope("a", 2), Envelope("a", 3)], cancellationToken: Token).AsTask();
        await Eventually.TrueAsync(() => store.Begun == 1);
        store.FailReads = true;
        store.LetGo();
        await publish;
        await Eventually.TrueAsync(() => store.ReadCalls == 1);
        Assert.False(subscription.TryRead(out _));

        store.FailReads = false;
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            return store.ReadCalls > 1;
        });
        Assert.Equal([1UL, 2, 3], (await TakeAsync(subscription, 3)).Select(static envelope => envelope.TimestampNs));
    }

    private async Task PublishAsync(params Envelope[] envelopes) => await _service.PublishAsync(envelopes, cancellationToken: Token);

    /// <summary>The next envelopes; <paramref name="end"/> disposes the subscription after them.</summary>
    private static async Task<List<Envelope>> TakeAsync(ISubscription subscription, int count, bool end = true)
    {
        if (end)
        {
            await using var stream = subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token);
            return await stream.TakeAsync(count);
        }

        var envelopes = new List<Envelope>();
        await Eventually.TrueAsync(() =>
        {
            while (subscription.TryRead(out var envelope)) envelopes.Add(envelope);
            return envelopes.Count >= count;
        });
        return envelopes;
    }
}
