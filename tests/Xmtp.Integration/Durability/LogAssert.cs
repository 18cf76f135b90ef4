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

    /// <summary>The log has the numbers 1, 2, 3, … to its end, in the order of its own clock, each entry naming the one before it, and holds just these envelopes, each once.</summary>
    public static async Task IsDenseAsync(string dataDirectory, IReadOnlySet<Envelope> expected, CancellationToken cancellationToken)
    {
        await using var store = RocksDbEnvelopeStore.Open(Path.Combine(dataDirectory, "store"));
        var stored = Assert.Single(await store.RecoverAsync(cancellationToken));
        var (log, end) = (stored.Id, stored.End);
        var found = new HashSet<Envelope>();
        var batch = new List<LoggedEntry>();
        var (sequence, timeNs, previous) = (0UL, 0L, default(Hash256));
        while (sequence < end.Sequence)
        {
            batch.Clear();
            await store.ReadAsync(log, sequence + 1, batch, EntriesAtOnce, BytesAtOnce, cancellationToken);
            Assert.NotEmpty(batch);
            foreach (var entry in batch)
            {
                var header = entry.ReadHeader();
                Assert.Equal(++sequence, header.Sequence);
                Assert.Equal(previous, header.PreviousHash);
                previous = EntryHeaderFormat.Hash(entry.HeaderBytes.Span);
                Assert.True(header.OriginatorTimeNs >= timeNs, $"The clock of entry {sequence} goes back.");
                timeNs = header.OriginatorTimeNs;
                Assert.True(found.Add(ToEnvelope(header, entry.Payload!.Value)), $"Entry {sequence} stands in the log twice.");
            }
        }

        Assert.Equal(expected.Count, found.Count);
        Assert.True(expected.SetEquals(found), "The log does not hold what was published.");
    }

    private static Envelope ToEnvelope(EntryHeader header, ReadOnlyMemory<byte> payload)
    {
        Assert.True(EntryPayload.TryFindMessage(header.Kind, payload.Span, out var offset));
        return new Envelope { ContentTopic = header.Topic, TimestampNs = header.SenderTimeNs, Message = ByteString.CopyFrom(payload.Span[offset..]) };
    }
}
