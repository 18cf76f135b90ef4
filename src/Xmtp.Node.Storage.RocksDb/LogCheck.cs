using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.Envelopes;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Storage.RocksDb;

/// <summary>Finds the end of a log and reads its last entries, so that damage is found before anything is written after it.</summary>
internal static class LogCheck
{
    public static LogEnd Run(Database database, LogId log, int count)
    {
        Span<byte> key = stackalloc byte[StoreFormat.PlaceLength];
        EntryHeaderFormat.WriteKey(key, new EntryPlace(log, ulong.MaxValue));
        using var iterator = database.Iterate(database.Header);
        iterator.SeekForPrev(key);
        if (!iterator.Valid() || EntryHeaderFormat.ReadKey(iterator.GetKeySpan()) is var last && last.Log != log) return default;

        var sequence = EntryHeaderFormat.ReadKey(iterator.GetKeySpan()).Sequence;
        var first = sequence > (ulong)count ? sequence - (ulong)count + 1 : 1;
        LogEnd end = default;
        var entries = new List<LoggedEntry>(16);
        // A few at a time: entries may be large.
        for (var next = first; next <= sequence; next += (ulong)entries.Count)
        {
            entries.Clear();
            EntryReader.Read(database, new EntryPlace(log, next), entries, countMax: 16, bytesMax: long.MaxValue);
            if (entries.Count == 0) throw Damaged(log, next, "is missing");
            foreach (var entry in entries)
            {
                Check(log, entry);
                end = new LogEnd(entry.Header.Place.Sequence, entry.Header.OriginatorTimeNs);
            }
        }

        return end;
    }

    private static void Check(LogId log, LoggedEntry entry)
    {
        var (header, sequence) = (entry.Header, entry.Header.Place.Sequence);
        if (entry.Payload is not { } payload)
        {
            if (header.ExpiryNs == 0) throw Damaged(log, sequence, "has lost its payload");
            return;
        }

        if (payload.Length != header.PayloadLength) throw Damaged(log, sequence, "has a payload of another length than it says");
        if (header.Kind == EntryKind.ClassicEnvelope && new Hash256(EnvelopeDigest.Compute(header.Topic, payload.Span)) != header.Digest)
            throw Damaged(log, sequence, "has a payload that does not match its digest");
    }

    private static XmtpException Damaged(LogId log, ulong sequence, string how) =>
        new(ErrorCatalogue.StoreUnusable, $"Entry {sequence} of log {log} {how}: the store is damaged. Restore it from a backup.");
}
