using System.Collections.Concurrent;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Subscriptions;

/// <summary>Readers that come, go, read slowly and change topics while many publish: no gap, no duplicate, one order for all.</summary>
public sealed class ConcurrentDeliveryTests
{
    private const int Publishers = 8;
    private const int PublishesEach = 150;
    private static readonly string[] Topics = ["/xmtp/0/a", "/xmtp/0/b", "/xmtp/0/c", "d"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(4096)]
    [InlineData(1)]
    public async Task Subscribe_WhileManyPublish_EveryReaderSeesItsPartOfOneOrder(int tailEntries)
    {
        var random = SeededRandom.Fresh();
        var store = new InMemoryEnvelopeStore();
        var options = new MessageServiceOptions { SubscriptionBufferMax = 100_000, SubscribeAllBufferMax = 100_000, Log = new LogWriterOptions { TailEntriesMax = tailEntries } };
        await using var service = await MessageService.OpenAsync(store, options: options, cancellationToken: Token);
        var readers = new ConcurrentBag<Reader>();
        for (var i = 0; i < 3; i++) readers.Add(Reader.Start(service, [.. Topics.Take(i + 2)]));
        readers.Add(Reader.Start(service, null));

        var publishing = Enumerable.Range(0, Publishers).Select(p => Task.Run(() => PublishAsync(service, p, random), Token)).ToArray();
        var joining = Task.Run(async () =>
        {
            while (!Task.WhenAll(publishing).IsCompleted)
            {
                readers.Add(Reader.Start(service, [Topics[random.Number(Topics.Length)], Topics[random.Number(Topics.Length)]]));
                await Task.Yield();
                if (readers.Count > 200) break;
            }
        }, Token);
        await Task.WhenAll([.. publishing, joining]);
        // Everyone is in by now: this is the last that each of them sees.
        await service.PublishAsync([.. Topics.Select(static topic => Envelope(topic, ulong.MaxValue >> 1))], cancellationToken: Token);

        var log = await ReadLogAsync(store);
        Assert.Equal(log.Count, log.Distinct().Count());
        foreach (var reader in readers) await reader.CheckAsync(log, random);
    }

    [Fact]
    public async Task ReplaceTopics_WhileManyPublish_LosesNothingOfAKeptTopicAndMixesNothing()
    {
        var random = SeededRandom.Fresh();
        var store = new InMemoryEnvelopeStore();
        await using var service = await MessageService.OpenAsync(store, options: new MessageServiceOptions { SubscriptionBufferMax = 100_000 }, cancellationToken: Token);
        await using var subscription = service.Subscribe([Topics[0], Topics[1]]);
        var publishing = Enumerable.Range(0, Publishers).Select(p => Task.Run(() => PublishAsync(service, p, random), Token)).ToArray();
        var replaced = 0;
        while (!Task.WhenAll(publishing).IsCompleted)
        {
            subscription.ReplaceTopics([Topics[0], Topics[1 + ++replaced % 2]]);
            await Task.Yield();
        }

        await Task.WhenAll(publishing);
        await service.PublishAsync([Envelope(Topics[0], ulong.MaxValue >> 1)], cancellationToken: Token);
        var log = await ReadLogAsync(store);
        var seen = new List<Envelope>();
        await foreach (var envelope in subscription.ReadAllAsync(Token))
        {
            seen.Add(envelope);
            if (envelope.TimestampNs == ulong.MaxValue >> 1) break;
        }

        Assert.True(log.Where(static envelope => envelope.ContentTopic == Topics[0]).SequenceEqual(seen.Where(static envelope => envelope.ContentTopic == Topics[0])), random.ToString());
        Assert.DoesNotContain(seen, static envelope => envelope.ContentTopic is "d");
        // The order of the log throughout, so nothing twice either.
        var position = -1;
        foreach (var envelope in seen)
        {
            var next = log.IndexOf(envelope, position + 1);
            Assert.True(next > position, $"{random}: {envelope} came out of order");
            position = next;
        }
    }

    private static async Task PublishAsync(MessageService service, int publisher, SeededRandom random)
    {
        for (var i = 0; i < PublishesEach; i++)
        {
            var envelopes = Enumerable.Range(0, 1 + random.Number(3))
                .Select(n => Envelope(Topics[random.Number(Topics.Length)], (ulong)(publisher * 1_000_000 + i * 100 + n))).ToArray();
            await service.PublishAsync(envelopes, cancellationToken: Token);
            if (random.Number(5) == 0) await service.PublishAsync(envelopes, cancellationToken: Token);
        }
    }

    private static async Task<List<Envelope>> ReadLogAsync(InMemoryEnvelopeStore store)
    {
        var entries = new List<LoggedEntry>();
        await store.ReadAsync(default, 1, entries, int.MaxValue, long.MaxValue, Token);
        return [.. entries.Select(static entry => Envelope(entry.ReadHeader().Topic, entry.ReadHeader().SenderTimeNs))];
    }

    private sealed class Reader(ISubscription subscription, string[]? topics)
    {
        public static Reader Start(MessageService service, string[]? topics) =>
            new(topics is null ? service.SubscribeAll() : service.Subscribe(topics), topics);

        /// <summary>What it saw must be the end of the log, from wherever it came in, filtered by its topics.</summary>
        public async Task CheckAsync(List<Envelope> log, SeededRandom random)
        {
            var wanted = log.Where(envelope => topics?.Contains(envelope.ContentTopic) ?? envelope.ContentTopic.StartsWith("/xmtp/0/", StringComparison.Ordinal)).ToList();
            var seen = new List<Envelope>();
            await Eventually.TrueAsync(() =>
            {
                while (subscription.TryRead(out var envelope)) seen.Add(envelope);
                return seen.Count > 0 && seen[^1].Equals(wanted[^1]);
            });
            Assert.True(wanted.Skip(wanted.Count - seen.Count).SequenceEqual(seen), $"{random}: {seen.Count} of {wanted.Count} on {string.Join(" ", topics ?? ["all"])}");
            subscription.Dispose();
        }
    }
}
