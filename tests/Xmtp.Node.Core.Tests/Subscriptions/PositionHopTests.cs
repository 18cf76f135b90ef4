using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Node.Core.Subscriptions;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Subscriptions;

/// <summary>Readers that hop at random moments between nodes which hold different parts of each other's logs.</summary>
public sealed class PositionHopTests
{
    private const int Nodes = 3;
    private const int Readers = 6;
    private static readonly string[] Topics = ["a", "b", "c", "d"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(null)]
    public async Task Subscribe_HopsAtRandomMoments_SeesAllThatWasPublished(int? seed)
    {
        var random = seed is { } number ? new SeededRandom(number) : SeededRandom.Fresh();
        var time = new FakeTimeProvider();
        var nodes = new List<PositionNode>();
        for (var i = 0; i < Nodes; i++) nodes.Add(await PositionNode.StartAsync(time));
        var published = new ConcurrentBag<Envelope>();
        var isOver = false;
        var readers = Enumerable.Range(0, Readers).Select(_ => new Reader(nodes, random, [.. Topics.Where(_ => random.Number(2) == 0)])).ToList();
        var reading = readers.Select(reader => Task.Run(() => reader.RunAsync(() => Volatile.Read(ref isOver)), Token)).ToList();

        for (var step = 0; step < 400; step++)
        {
            switch (random.Number(4))
            {
                case 0:
                    await nodes[random.Number(Nodes)].PullSomeAsync(nodes[random.Number(Nodes)], random);
                    break;
                case 1:
                    time.Advance(TimeSpan.FromSeconds(5));
                    break;
                default:
                    await PublishAsync(nodes, published, random, step);
                    break;
            }
        }

        foreach (var node in nodes)
            foreach (var other in nodes)
                if (node != other) await node.PullAllAsync(other);
        Volatile.Write(ref isOver, true);
        while (!Task.WhenAll(reading).IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        await Task.WhenAll(reading);
        foreach (var reader in readers) reader.Check(published.Distinct().ToList());
        foreach (var node in nodes) await node.DisposeAsync();
    }

    private static async Task PublishAsync(List<PositionNode> nodes, ConcurrentBag<Envelope> published, SeededRandom random, int step)
    {
        var envelopes = Enumerable.Range(0, 1 + random.Number(5)).Select(i => Envelope(Topics[random.Number(Topics.Length)], (ulong)(step * 10 + i))).ToArray();
        // Now and then on two nodes, as a client does that got no answer.
        for (var copies = random.Number(5) == 0 ? 2 : 1; copies > 0; copies--) await nodes[random.Number(Nodes)].PublishAsync(envelopes);
        foreach (var envelope in envelopes) published.Add(envelope);
    }

    private sealed class Reader(List<PositionNode> nodes, SeededRandom random, string[] topics)
    {
        private readonly HashSet<Envelope> _seen = [];
        private StreamPosition? _position;

        public async Task RunAsync(Func<bool> isOver)
        {
            while (!isOver()) await VisitAsync(readMax: random.Number(60));
            await VisitAsync(int.MaxValue);
        }

        public void Check(List<Envelope> published)
        {
            var missed = published.Where(envelope => topics.Contains(envelope.ContentTopic) && !_seen.Contains(envelope)).ToList();
            Assert.True(missed.Count == 0, $"{random}: {missed.Count} missed on {string.Join(' ', topics)}, the first {missed.FirstOrDefault()}");
        }

        /// <summary>Reads on somewhere. The last visit ends with the mark that says that all was made up for.</summary>
        private async Task VisitAsync(int readMax)
        {
            var service = nodes[random.Number(Nodes)].Service;
            await using var subscription = service.Subscribe(topics, _position);
            var isFirst = _position is null;
            if (isFirst)
            {
                await QueryAsync(service);
                _position = subscription.Position;
            }

            var seenHere = new HashSet<Envelope>();
            var read = 0;
            await foreach (var envelope in subscription.ReadAllAsync(Token))
            {
                if (envelope.ContentTopic == "xmtp-position")
                {
                    Assert.True(StreamPosition.TryParse(envelope.Message.ToStringUtf8(), out _position));
                    if (readMax == int.MaxValue && _position.Covers(subscription.Position!)) return;
                }
                else
                {
                    Assert.True(seenHere.Add(envelope), $"{random}: {envelope} came twice on one stream");
                    _seen.Add(envelope);
                }

                if (++read >= readMax) return;
            }
        }

        private async Task QueryAsync(MessageService service)
        {
            foreach (var topic in topics)
            {
                var request = new QueryRequest { ContentTopics = { topic }, PagingInfo = new PagingInfo { Limit = 100, Direction = SortDirection.Ascending } };
                while (true)
                {
                    var page = await service.QueryAsync(request, Token);
                    _seen.UnionWith(page.Envelopes);
                    if (page.PagingInfo?.Cursor is not { } cursor) break;
                    request.PagingInfo.Cursor = cursor;
                }
            }
        }
    }
}
