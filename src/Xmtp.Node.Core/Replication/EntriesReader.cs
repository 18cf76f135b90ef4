using Google.Protobuf;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Replication;

/// <summary>Makes frames of a held log. A frame begins anywhere and ends at a stored head, so the receiver can check it by itself. Safe for concurrent use.</summary>
internal sealed class EntriesReader(IEnvelopeStore store)
{
    /// <summary>Reads the next frame.</summary>
    /// <param name="log">The log.</param>
    /// <param name="from">First number wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The frame and the number of its last entry; null when there is nothing from there on.</returns>
    public async ValueTask<EntriesFrame?> ReadAsync(HeldLog log, ulong from, CancellationToken cancellationToken = default)
    {
        var end = log.End.Sequence;
        if (from == 0 || from > end) return null;
        var entries = new List<LoggedEntry>();
        await ReadEntriesAsync(log, from, Math.Min(ReplicationLimits.FrameEntriesMax, end - from + 1), ReplicationLimits.FrameEntriesAimBytes, entries, cancellationToken).ConfigureAwait(false);
        var head = await FindHeadAsync(log, from, FitCount(entries), cancellationToken).ConfigureAwait(false);
        var count = (int)(head.Sequence - from + 1);
        if (count > entries.Count) await ReadEntriesAsync(log, from, (ulong)count, long.MaxValue, entries, cancellationToken).ConfigureAwait(false);
        if (count > entries.Count) throw new InvalidDataException($"Log {log} holds {entries.Count} of {count} entries from {from} on.");
        entries.RemoveRange(count, entries.Count - count);

        var frame = new Entries { Log = Bytes(log.Hash), Head = UnsafeByteOperations.UnsafeWrap(head.Bytes) };
        frame.Entries_.Capacity = count;
        var bytes = 0;
        foreach (var entry in entries)
        {
            frame.Entries_.Add(new Entry
            {
                Header = UnsafeByteOperations.UnsafeWrap(entry.HeaderBytes),
                Payload = entry.Payload is { } payload ? UnsafeByteOperations.UnsafeWrap(payload) : ByteString.Empty,
                Pruned = entry.Payload is null,
            });
            bytes += entry.HeaderBytes.Length + (entry.Payload?.Length ?? 0);
        }

        return new EntriesFrame(frame, head.Sequence, bytes);
    }

    private static ByteString Bytes(Hash256 hash) => UnsafeByteOperations.UnsafeWrap(hash.ToArray());

    private async ValueTask ReadEntriesAsync(HeldLog log, ulong from, ulong count, long bytesMax, List<LoggedEntry> entries, CancellationToken cancellationToken)
    {
        entries.Clear();
        await store.ReadAsync(log.Id, from, entries, (int)count, bytesMax, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The furthest head among the entries that fit one frame, and at least the next one: two heads are never further apart than a frame.</summary>
    private async ValueTask<SignedHead> FindHeadAsync(HeldLog log, ulong from, int fitCount, CancellationToken cancellationToken)
    {
        var heads = new List<SignedHead>();
        if (fitCount > 0) await store.ReadHeadsAsync(log.Id, from, from + (ulong)fitCount - 1, heads, fitCount, cancellationToken).ConfigureAwait(false);
        if (heads.Count == 0) await store.ReadHeadsAsync(log.Id, from, from + ReplicationLimits.FrameEntriesMax - 1, heads, 1, cancellationToken).ConfigureAwait(false);
        return heads.Count > 0 ? heads[^1] : throw new InvalidDataException($"Log {log} has no head within a frame from {from} on.");
    }

    private static int FitCount(List<LoggedEntry> entries)
    {
        var (count, bytes) = (0, 0);
        foreach (var entry in entries)
        {
            bytes += entry.HeaderBytes.Length + (entry.Payload?.Length ?? 0);
            if (count > 0 && bytes > ReplicationLimits.FrameEntriesAimBytes) break;
            count++;
        }

        return count;
    }
}
