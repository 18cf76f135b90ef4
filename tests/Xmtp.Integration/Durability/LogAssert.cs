using Google.Protobuf;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Storage.RocksDb;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Integration.Durability;

/// <summary>Looks at a stopped node's log itself.</summary>
internal static class LogAssert
{
    private const int EntriesAtOnce = 1000;
    private const long BytesAtOnce = 16 * 1024 * 1024;

    /// <summary>The log has the numbers 1, 2, 3, … to its end, in the order of its own clock, and holds just these envelopes, each once.</summary>
    public static async Task IsDenseAsync(string dataDirectory, IReadOnlySet<Envelope> expected, CancellationToken cancellationToken)
    {
        await using var store = RocksDbEnvelopeStore.Open(Path.Combine(dataDirectory, "store"));
        var log = new LogId(0);
        var end = await store.RecoverAsync(log, cancellationToken);
        var found = new HashSet<Envelope>();
        var batch = new List<LoggedEntry>();
        var (sequence, timeNs) = (0UL, 0L);
        while (sequence < end.Sequence)
        {
            batch.Clear();
            await store.ReadAsync(log, sequence + 1, batch, EntriesAtOnce, BytesAtOnce, cancellationToken);
            Assert.NotEmpty(batch);
            foreach (var entry in batch)
            {
                Assert.Equal(++sequence, entry.Header.Place.Sequence);
                Assert.True(entry.Header.OriginatorTimeNs >= timeNs, $"The clock of entry {sequence} goes back.");
                timeNs = entry.Header.OriginatorTimeNs;
                Assert.True(found.Add(ToEnvelope(entry)), $"Entry {sequence} stands in the log twice.");
            }
        }

        Assert.Equal(expected.Count, found.Count);
        Assert.True(expected.SetEquals(found), "The log does not hold what was published.");
    }

    private static Envelope ToEnvelope(LoggedEntry entry) => new()
    {
        ContentTopic = entry.Header.Topic,
        TimestampNs = entry.Header.SenderTimeNs,
        Message = ByteString.CopyFrom(entry.Payload!.Value.Span),
    };
}
