using Microsoft.Extensions.Time.Testing;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Tests.Storage;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Log;

public sealed class LogWriterTests : IAsyncLifetime
{
    private readonly FaultyStore _store = new();
    private readonly FakeTimeProvider _time = new();
    private MessageService _service = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _service = await MessageService.OpenAsync(_store, TestKeys.Node(1), time: _time, cancellationToken: Token);

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Publish_WhileACommitRuns_GathersIntoTheNextOne()
    {
        _store.HoldCommits();
        var first = Publish(Envelope("a", 0));
        await Eventually.TrueAsync(() => _store.Begun == 1);
        var others = Enumerable.Range(1, 50).Select(i => Publish(Envelope("a", (ulong)i))).ToArray();
        Assert.DoesNotContain(others, static publish => publish.IsCompleted);

        _store.LetGo();
        await Task.WhenAll([first, .. others]);

        Assert.Equal([1, 50], _store.Commits);
    }

    [Fact]
    public async Task Publish_BeforeTheCommitEnds_IsNotAcknowledgedNorShown()
    {
        await using var subscription = _service.Subscribe(["a"]);
        _store.HoldCommits();
        var publish = Publish(Envelope("a", 1));
        await Eventually.TrueAsync(() => _store.Begun == 1);

        Assert.False(publish.IsCompleted);
        Assert.False(subscription.TryRead(out _));

        _store.LetGo();
        await publish;
        Assert.Single(await subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token).TakeAsync(1));
    }

    [Fact]
    public async Task Publish_RepeatInTheSameCommit_IsAcknowledgedWithIt()
    {
        await using var subscription = _service.Subscribe(["a", "b"]);
        _store.HoldCommits();
        var first = Publish(Envelope("other", 1));
        await Eventually.TrueAsync(() => _store.Begun == 1);
        var publishes = new[] { Publish(Envelope("a", 1, "m")), Publish(Envelope("a", 1, "m"), Envelope("a", 1, "m")), Publish(Envelope("a", 2, "m")) };

        _store.LetGo();
        await Task.WhenAll([first, .. publishes]);
        await Publish(Envelope("b", 9));

        Assert.Equal([1, 2, 1], _store.Commits);
        var live = await subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token).TakeAsync(3);
        Assert.Equal([Envelope("a", 1, "m"), Envelope("a", 2, "m"), Envelope("b", 9)], live);
    }

    [Fact]
    public async Task Publish_RepeatOfAFailedCommit_IsNotAcknowledged()
    {
        (_store.NextCommit, _store.FaultAt) = (CommitFault.BeforeCommit, 2);
        _store.HoldCommits();
        var blocker = Publish(Envelope("other", 1));
        await Eventually.TrueAsync(() => _store.Begun == 1);
        var (first, repeat) = (Publish(Envelope("a", 1)), Publish(Envelope("a", 1)));
        _store.LetGo();
        await blocker;

        Assert.Equal(ErrorCatalogue.StorageFailed, (await Assert.ThrowsAsync<XmtpException>(() => first)).Code);
        Assert.Equal(ErrorCatalogue.StorageFailed, (await Assert.ThrowsAsync<XmtpException>(() => repeat)).Code);
        Assert.Equal([1], _store.Commits);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publish_StoreFails_TellsTheCallerAndKeepsNumbersDense(bool wasStored)
    {
        await using var subscription = _service.Subscribe(["a"]);
        await Publish(Envelope("a", 1));
        _store.NextCommit = wasStored ? CommitFault.AfterCommit : CommitFault.BeforeCommit;

        var failure = await Assert.ThrowsAsync<XmtpException>(() => Publish(Envelope("a", 2), Envelope("a", 3)));
        Assert.Equal(ErrorCatalogue.StorageFailed, failure.Code);
        Assert.True(failure.IsRetryable);
        Assert.False(_service.IsStoreHealthy);

        // What the caller is told to do: the same again.
        await Publish(Envelope("a", 2), Envelope("a", 3));
        await Publish(Envelope("a", 4));

        Assert.True(_service.IsStoreHealthy);
        Assert.Equal(2, _store.Recoveries);
        var entries = new List<LoggedEntry>();
        await _store.ReadAsync(default, 1, entries, 100, long.MaxValue, Token);
        Assert.Equal([1UL, 2, 3, 4], entries.Select(static entry => entry.Place.Sequence));
        var live = await subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token).TakeAsync(4);
        Assert.Equal([1UL, 2, 3, 4], live.Select(static envelope => envelope.TimestampNs));
    }

    [Fact]
    public async Task Publish_StoreStaysDown_IsRefusedAtOnceAndRecoveryIsTriedNowAndThen()
    {
        _store.NextCommit = CommitFault.BeforeCommit;
        await Assert.ThrowsAsync<XmtpException>(() => Publish(Envelope("a", 1)));
        _store.FailRecovery = true;

        for (var i = 0; i < 5; i++)
        {
            var failure = await Assert.ThrowsAsync<XmtpException>(() => Publish(Envelope("a", 1)));
            Assert.Equal(ErrorCatalogue.StorageFailed, failure.Code);
        }

        Assert.Equal(2, _store.Recoveries);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<XmtpException>(() => Publish(Envelope("a", 1)));
        Assert.Equal(3, _store.Recoveries);
        // Each vain attempt doubles the pause.
        _time.Advance(TimeSpan.FromSeconds(1.9));
        await Assert.ThrowsAsync<XmtpException>(() => Publish(Envelope("a", 1)));
        Assert.Equal(3, _store.Recoveries);

        _store.FailRecovery = false;
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await Publish(Envelope("a", 1));
        Assert.True(_service.IsStoreHealthy);
    }

    [Fact]
    public async Task Publish_LookUpFails_FailsThatCallOnly()
    {
        _store.FailReads = true;
        var failure = await Assert.ThrowsAsync<XmtpException>(() => Publish(Envelope("a", 1)));
        Assert.Equal(ErrorCatalogue.StorageFailed, failure.Code);

        _store.FailReads = false;
        await Publish(Envelope("a", 1));
        Assert.Equal(1, _store.Recoveries);
    }

    [Fact]
    public async Task Publish_CancelledWhileTheCommitRuns_EndsTheWaitAndLosesNothing()
    {
        _store.HoldCommits();
        using var cancel = new CancellationTokenSource();
        var publish = _service.PublishAsync([Envelope("a", 1)], cancellationToken: cancel.Token).AsTask();
        await Eventually.TrueAsync(() => _store.Begun == 1);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish);
        // Its pooled request is still the writer's: others must not get it before the commit has ended.
        var others = Enumerable.Range(2, 10).Select(i => Publish(Envelope("a", (ulong)i))).ToArray();
        _store.LetGo();
        await Task.WhenAll(others);

        var page = await _service.QueryAsync(new QueryRequest { ContentTopics = { "a" } }, Token);
        Assert.Equal(11, page.Envelopes.Count);
    }

    [Fact]
    public async Task Publish_QueueFull_WaitsForRoomAndCanGiveUp()
    {
        var options = new MessageServiceOptions { Log = new LogWriterOptions { QueueLengthMax = 1 } };
        var store = new FaultyStore();
        await using var service = await MessageService.OpenAsync(store, options: options, cancellationToken: Token);
        store.HoldCommits();
        var first = service.PublishAsync([Envelope("a", 1)], cancellationToken: Token).AsTask();
        await Eventually.TrueAsync(() => store.Begun == 1);
        var second = service.PublishAsync([Envelope("a", 2)], cancellationToken: Token).AsTask();
        using var cancel = new CancellationTokenSource();
        var third = service.PublishAsync([Envelope("a", 3)], cancellationToken: cancel.Token).AsTask();
        var fourth = service.PublishAsync([Envelope("a", 4)], cancellationToken: Token).AsTask();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        store.LetGo();
        await Task.WhenAll(first, second, fourth);

        var page = await service.QueryAsync(new QueryRequest { ContentTopics = { "a" } }, Token);
        Assert.Equal([4UL, 2, 1], page.Envelopes.Select(static envelope => envelope.TimestampNs));
    }

    [Fact]
    public async Task Publish_RequestLargerThanACommit_IsSplitInOrder()
    {
        await Publish([.. Enumerable.Range(0, 1300).Select(static i => Envelope("a", (ulong)i))]);

        Assert.Equal([512, 512, 276], _store.Commits);
        var entries = new List<LoggedEntry>();
        await _store.ReadAsync(default, 1, entries, 2000, long.MaxValue, Token);
        Assert.Equal(Enumerable.Range(0, 1300).Select(static i => (ulong)i), entries.Select(static entry => entry.ReadHeader().SenderTimeNs));
    }

    [Fact]
    public async Task Publish_ClockSetBack_KeepsOriginatorTimesFromFalling()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddHours(1)) { AutoAdvanceAmount = TimeSpan.Zero };
        var store = new FaultyStore();
        await using (var service = await MessageService.OpenAsync(store, TestKeys.Node(1), time: time, cancellationToken: Token))
            await service.PublishAsync([Envelope("a", 1)], cancellationToken: Token);
        var earlier = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddMinutes(1));
        await using (var service = await MessageService.OpenAsync(store, TestKeys.Node(1), time: earlier, cancellationToken: Token))
            await service.PublishAsync([Envelope("a", 2)], cancellationToken: Token);

        var entries = new List<LoggedEntry>();
        await store.ReadAsync(default, 1, entries, 10, long.MaxValue, Token);
        Assert.Equal(entries[0].ReadHeader().OriginatorTimeNs, entries[1].ReadHeader().OriginatorTimeNs);
        Assert.Equal(3_600_000_000_000, entries[0].ReadHeader().OriginatorTimeNs);
    }

    [Fact]
    public async Task DisposeAsync_PublishesUnderWay_AreCommittedAndLaterOnesRefused()
    {
        _store.HoldCommits();
        var publishes = Enumerable.Range(0, 20).Select(i => Publish(Envelope("a", (ulong)i))).ToArray();
        await Eventually.TrueAsync(() => _store.Begun == 1);
        var disposal = _service.DisposeAsync().AsTask();
        var late = await Assert.ThrowsAsync<XmtpException>(() => Publish(Envelope("a", 99)));
        Assert.Equal(ErrorCatalogue.Unavailable, late.Code);

        _store.LetGo();
        await Task.WhenAll(publishes);
        await disposal;
        Assert.Equal(20, _store.Commits.Sum());
    }

    [Fact]
    public async Task OpenAsync_StoreWithEntries_GoesOnAfterThem()
    {
        await Publish(Envelope("a", 1), Envelope("a", 2));
        await _service.DisposeAsync();

        await using var again = await MessageService.OpenAsync(_store, TestKeys.Node(1), cancellationToken: Token);
        await using var subscription = again.Subscribe(["a"]);
        await again.PublishAsync([Envelope("a", 1), Envelope("a", 3)], cancellationToken: Token);

        Assert.Equal(3UL, Assert.Single(await _store.RecoverAsync(Token)).End.Sequence);
        Assert.Equal(3UL, Assert.Single(await subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token).TakeAsync(1)).TimestampNs);
    }

    private Task<int> Publish(params Envelope[] envelopes) => _service.PublishAsync(envelopes, cancellationToken: Token).AsTask();
}
