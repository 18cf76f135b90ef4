using Google.Protobuf;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;

namespace Xmtp.Node.Core.Tests.Storage;

public abstract partial class EnvelopeStoreContract
{
    // Few topics and times, and messages that complete the topics to one text: repeats, ties and equal times are common.
    private static readonly string[] TopicPool = ["", "t", "to", "top", "/xmtp/0/m-x/proto", "😀", "\uFFFD", "\uE000"];
    private static readonly ulong[] TimePool = [0, 1, 2, 3, 4, 5, 6, 7, 1_000_000, long.MaxValue - 1, long.MaxValue];

    [Fact]
    public async Task RandomCalls_AgainstTheNaiveModel_AgreeAlways()
    {
        var random = SeededRandom.Fresh();
        var model = new NaiveStore();
        var logs = new List<TestLog>();
        for (byte node = 1; node <= 3; node++) logs.Add(await TestLog.AddAsync(Store, isWritable: node == 1, node));
        long nowNs = 1;
        for (var step = 0; step < 600; step++)
        {
            nowNs += random.Number(3);
            switch (random.Number(20))
            {
                case < 6: await CommitRandomAsync(random, model, logs, nowNs); break;
                case < 10: await FindRandomAsync(random, model); break;
                case < 18: await QueryRandomAsync(random, model); break;
                case 18:
                    var expected = model.RemoveExpired(nowNs);
                    var removed = 0;
                    int batch;
                    do removed += batch = await Store.RemoveExpiredAsync(nowNs, 3, Token);
                    while (batch == 3);
                    Assert.True(expected == removed, $"{random}: {removed} of {expected} expired went at step {step}");
                    break;
                default: await SettleAsync(); break;
            }
        }

        Assert.True(model.Count > 0, random.ToString());
        Assert.True(logs.Select(static log => (log.Id, log.End)).SequenceEqual((await Store.RecoverAsync(Token)).Select(static log => (log.Id, log.End))), random.ToString());
    }

    private async Task CommitRandomAsync(SeededRandom random, NaiveStore model, List<TestLog> logs, long nowNs)
    {
        var commits = new List<LogCommit>();
        foreach (var log in logs)
        {
            var entries = new List<PendingEntry>();
            for (var i = random.Number(12) - 2; i >= 0; i--)
            {
                var envelope = RandomEnvelope(random);
                var entry = Entries.Pending(envelope, random.Number(3) == 0 ? 1 + random.Number(60) : 0, random.Number(4) == 0 ? "token" : "");
                log.Prepare(nowNs, entry);
                model.Add(envelope, entry.ExpiryNs, entry.Place);
                entries.Add(entry);
            }

            if (entries.Count > 0) commits.Add(log.SignHead(entries));
        }

        if (commits.Count > 0) await Store.CommitLogsAsync([.. commits]);
    }

    private async Task FindRandomAsync(SeededRandom random, NaiveStore model)
    {
        var envelope = RandomEnvelope(random);
        var expected = model.Places(envelope);
        Assert.True(expected.FirstOrDefault() == await Store.FindAsync(Entries.IndexKey(envelope)), $"{random}: {envelope}");
        Assert.True(expected.Skip(1).SequenceEqual(await Store.FindCopiesAsync(Entries.IndexKey(envelope), Token)), $"{random}: copies of {envelope}");
    }

    private static Envelope RandomEnvelope(SeededRandom random)
    {
        var topic = TopicPool[random.Number(TopicPool.Length)];
        var message = "topics"[Math.Min(6, topic.Length)..][..random.Number(Math.Max(1, 6 - topic.Length))];
        return Entries.Envelope(topic, TimePool[random.Number(TimePool.Length)], message);
    }

    private async Task QueryRandomAsync(SeededRandom random, NaiveStore model)
    {
        var topics = TopicPool.OrderBy(_ => random.Number(1000)).Take(1 + random.Number(TopicPool.Length)).ToArray();
        var query = new EnvelopeQuery(topics, RandomKey(random, EnvelopeKey.Min), RandomKey(random, EnvelopeKey.Max), random.Number(2) == 0, 1 + random.Number(12));
        var expected = model.Page(query);
        var rows = await Store.QueryAsync(query, Token);
        var actual = rows.Select(static row => new Envelope
        {
            ContentTopic = row.Topic,
            TimestampNs = row.Key.SenderTimeNs,
            Message = ByteString.CopyFrom(row.Payload.Span),
        }).ToList();
        Assert.True(expected.SequenceEqual(actual), $"{random}: {query} gave {string.Join(" ", actual)} instead of {string.Join(" ", expected)}");
        Assert.True(rows.Select(static row => row.Key).SequenceEqual(expected.Select(NaiveStore.Key)), random.ToString());
    }

    private static EnvelopeKey RandomKey(SeededRandom random, EnvelopeKey otherwise) => random.Number(3) switch
    {
        0 => otherwise,
        1 => new EnvelopeKey(TimePool[random.Number(TimePool.Length)], otherwise.Digest),
        _ => NaiveStore.Key(Entries.Envelope(TopicPool[random.Number(TopicPool.Length)], TimePool[random.Number(TimePool.Length)])),
    };
}
