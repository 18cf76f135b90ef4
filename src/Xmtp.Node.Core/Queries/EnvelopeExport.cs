using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Queries;

/// <summary>Reads out what readers of this node can see, log by log: each envelope once, however many logs hold a copy. Commits go on meanwhile.</summary>
internal sealed class EnvelopeExport(IEnvelopeStore store, LogTable logs)
{
    private const int ChunkEntries = 256;
    private const long ChunkBytes = 4 << 20;

    /// <summary>Reads all that is committed when it begins.</summary>
    public async IAsyncEnumerable<ExportedEnvelope> ReadAsync(ExportRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ends = logs.All.Select(static log => (Log: log, End: log.End.Sequence)).Where(log => log.Log.Hash >= range.AfterLog).OrderBy(static log => log.Log.Hash).ToList();
        foreach (var (log, end) in ends)
        {
            for (var next = log.Hash == range.AfterLog ? range.AfterSequence + 1 : 1; next <= end;)
            {
                var chunk = new List<LoggedEntry>(ChunkEntries);
                await store.ReadAsync(log.Id, next, chunk, (int)Math.Min(ChunkEntries, end - next + 1), ChunkBytes, cancellationToken).ConfigureAwait(false);
                if (chunk.Count == 0) break;
                next += (ulong)chunk.Count;
                foreach (var envelope in await SelectAsync(log, chunk, range, cancellationToken).ConfigureAwait(false)) yield return envelope;
            }
        }
    }

    private async ValueTask<IReadOnlyList<ExportedEnvelope>> SelectAsync(HeldLog log, List<LoggedEntry> chunk, ExportRange range, CancellationToken cancellationToken)
    {
        var wanted = new List<(LoggedEntry Entry, EntryHeader Header)>(chunk.Count);
        foreach (var entry in chunk)
        {
            if (entry.Payload is null) continue;
            var header = entry.ReadHeader();
            if (header.SenderTimeNs >= range.FromNs && header.SenderTimeNs <= range.ToNs && header.Topic.StartsWith(range.TopicPrefix, StringComparison.Ordinal)) wanted.Add((entry, header));
        }

        if (wanted.Count == 0) return [];
        var keys = wanted.Select(static entry => new EnvelopeIndexKey(TopicHash(entry.Header.Topic), new EnvelopeKey(entry.Header.SenderTimeNs, entry.Header.Digest))).ToArray();
        var places = new EntryPlace[keys.Length];
        await store.FindAsync(keys, places, cancellationToken).ConfigureAwait(false);
        return [.. wanted.Where((entry, index) => places[index] == entry.Entry.Place).Select(entry => Make(log, entry.Entry, entry.Header)).OfType<ExportedEnvelope>()];
    }

    private static ExportedEnvelope? Make(HeldLog log, LoggedEntry entry, EntryHeader header)
    {
        var payload = entry.Payload!.Value;
        if (!EntryPayload.TryFindMessage(header.Kind, payload.Span, out var offset)) return null;
        ReadOnlyMemory<byte> token = offset == 0 ? default : EntryPayload.Token(payload.Span, offset).ToArray();
        var envelope = new Envelope { ContentTopic = header.Topic, TimestampNs = header.SenderTimeNs, Message = UnsafeByteOperations.UnsafeWrap(payload[offset..]) };
        return new ExportedEnvelope(envelope, token, header.OriginatorTimeNs, log.Hash, header.Sequence);
    }

    private static Hash256 TopicHash(string topic) => new(SHA256.HashData(Encoding.UTF8.GetBytes(topic)));
}
