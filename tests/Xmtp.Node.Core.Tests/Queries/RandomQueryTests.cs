using Google.Protobuf;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Tests.Storage;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;

namespace Xmtp.Node.Core.Tests.Queries;

public sealed class RandomQueryTests
{
    private static readonly string[] Topics = ["", "t", "to", "top", "topi", "/xmtp/0/userpreferences-x/proto"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Query_RandomRequestsPagedToTheirEnd_AgreeWithTheNaiveModel()
    {
        var random = SeededRandom.Fresh();
        await using var service = await MessageService.OpenAsync(new InMemoryEnvelopeStore(), cancellationToken: Token);
        var model = new NaiveStore();
        for (var round = 0; round < 60; round++)
        {
            var envelopes = Enumerable.Range(0, random.Number(60)).Select(_ => RandomEnvelope(random)).ToArray();
            foreach (var envelope in envelopes) model.Add(envelope);
            await service.PublishAsync(envelopes, cancellationToken: Token);
            for (var i = 0; i < 5; i++) await PageThroughAsync(service, model, random);
        }
    }

    private static Envelope RandomEnvelope(SeededRandom random)
    {
        var topic = Topics[random.Number(Topics.Length)];
        var rest = "topics"[Math.Min(6, topic.Length)..];
        return Entries.Envelope(topic, (ulong)random.Number(25), rest[..random.Number(rest.Length + 1)] + (random.Number(3) == 0 ? random.Number(50) : ""));
    }

    private static async Task PageThroughAsync(MessageService service, NaiveStore model, SeededRandom random)
    {
        var request = new QueryRequest
        {
            StartTimeNs = (ulong)random.Number(12),
            EndTimeNs = random.Number(2) == 0 ? 0 : (ulong)(10 + random.Number(20)),
            PagingInfo = new PagingInfo { Limit = (uint)random.Number(9), Direction = (SortDirection)random.Number(3) },
        };
        request.ContentTopics.AddRange(Topics.OrderBy(_ => random.Number(1000)).Take(1 + random.Number(Topics.Length)));
        var descending = request.PagingInfo.Direction != SortDirection.Ascending;
        var pageSize = request.PagingInfo.Limit == 0 ? 100 : (int)request.PagingInfo.Limit;
        (ulong TimeNs, byte[] Digest)? cursor = null;
        while (true)
        {
            var response = await service.QueryAsync(request, Token);
            var expected = model.Page(request.ContentTopics, request.StartTimeNs, request.EndTimeNs, cursor, descending, pageSize);
            Assert.True(expected.SequenceEqual(response.Envelopes), $"{random}: {request} gave {response} instead of {string.Join(" ", expected)}");
            if (expected.Count < pageSize)
            {
                Assert.True(response.PagingInfo is { Cursor: null, Limit: 0 }, random.ToString());
                return;
            }

            var key = NaiveStore.Key(expected[^1]);
            cursor = (key.SenderTimeNs, key.Digest.ToArray());
            Assert.Equal(new IndexCursor { SenderTimeNs = key.SenderTimeNs, Digest = ByteString.CopyFrom(key.Digest.ToArray()) }, response.PagingInfo.Cursor.Index);
            request.PagingInfo.Cursor = Cursor.Parser.ParseJson(JsonFormatter.Default.Format(response.PagingInfo.Cursor));
        }
    }
}
