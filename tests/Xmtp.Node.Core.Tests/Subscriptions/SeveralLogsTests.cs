using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Tests.Storage;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Subscriptions;

/// <summary>Live delivery of what comes in over several logs.</summary>
public sealed class SeveralLogsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(8192)]
    [InlineData(1)]
    public async Task Subscribe_EntriesOfSeveralLogs_DeliversEachEnvelopeOnceInOrderOfArrival(int tailEntries)
    {
        var random = SeededRandom.Fresh();
        var store = new FaultyStore();
        await using var service = await OpenAsync(store, tailEntries);
        await using var subscription = service.Subscribe(["a"]);
        var remotes = new[] { await RemoteLog.AddAsync(service.Writer, 2), await RemoteLog.AddAsync(service.Writer, 3) };
        var expected = new List<Envelope>();
        for (var i = 0; i < 200; i++)
        {
            var envelopes = Enumerable.Range(0, 1 + random.Number(4)).Select(_ => Envelope(random.Number(4) == 0 ? "b" : "a", (ulong)random.Number(300))).DistinctBy(static envelope => envelope.ToString()).ToArray();
            foreach (var envelope in envelopes)
                if (envelope.ContentTopic == "a" && !expected.Contains(envelope)) expected.Add(envelope);
            var source = random.Number(3);
            if (source == 0) await service.PublishAsync(envelopes, cancellationToken: Token);
            else await remotes[source - 1].SendAsync(service.Writer, envelopes);
        }

        var live = await subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token).TakeAsync(expected.Count);
        Assert.True(expected.SequenceEqual(live), $"{random}: {live.Count} envelopes");
        Assert.False(subscription.TryRead(out _), random.ToString());
        Assert.Equal(tailEntries == 1, store.ReadCalls > 0);
    }

    [Fact]
    public async Task Subscribe_CopyOfWhatOneHasSeen_IsNotDeliveredAgain()
    {
        var store = new FaultyStore();
        await using var service = await OpenAsync(store, 8192);
        await using var subscription = service.Subscribe(["a"]);
        var remote = await RemoteLog.AddAsync(service.Writer);
        await remote.SendAsync(service.Writer, Envelope("a", 1, "m"));
        await service.PublishAsync([Envelope("a", 1, "m")], cancellationToken: Token);
        await service.PublishAsync([Envelope("a", 2)], cancellationToken: Token);

        Assert.Equal([1UL, 2], (await subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token).TakeAsync(2)).Select(static envelope => envelope.TimestampNs));
    }

    [Fact]
    public async Task Subscribe_AfterRecoveryOfSeveralLogs_DeliversWhatBecameDurableAfterAll()
    {
        var store = new FaultyStore();
        await using var service = await OpenAsync(store, 8192);
        await using var subscription = service.Subscribe(["a"]);
        var remote = await RemoteLog.AddAsync(service.Writer);
        await remote.SendAsync(service.Writer, Envelope("a", 1));
        store.NextCommit = CommitFault.AfterCommit;
        await Assert.ThrowsAsync<Protocol.Errors.XmtpException>(() => remote.SendAsync(service.Writer, Envelope("a", 2), Envelope("a", 3)));
        await service.PublishAsync([Envelope("a", 4)], cancellationToken: Token);

        Assert.Equal([1UL, 2, 3, 4], (await subscription.ReadAllAsync(Token).GetAsyncEnumerator(Token).TakeAsync(4)).Select(static envelope => envelope.TimestampNs));
        Assert.Equal(3UL, remote.Held.End.Sequence);
    }

    private static Task<MessageService> OpenAsync(FaultyStore store, int tailEntries) => MessageService.OpenAsync(
        store, TestKeys.Node(1), new MessageServiceOptions { SubscriptionBufferMax = 10_000, Log = new LogWriterOptions { TailEntriesMax = tailEntries } }, cancellationToken: Token);
}
